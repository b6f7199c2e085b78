package io.gangway.benchmarks.servers;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContenderTest {
    @ParameterizedTest
    @EnumSource
    void namesThePortThatIsTaken(Contender contender) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            UncheckedIOException failure = assertThrows(UncheckedIOException.class, () -> contender.start(port));

            assertTrue(
                    failure.getMessage().startsWith(contender.title() + " cannot listen on 127.0.0.1:" + port + " ("),
                    failure::getMessage);
        }
    }
}
