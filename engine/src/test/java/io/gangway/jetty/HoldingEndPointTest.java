package io.gangway.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HoldingEndPointTest {
    private SocketChannel client;
    private HoldingEndPoint endPoint;
    private final StringBuilder arrived = new StringBuilder();

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = SocketChannel.open();
            client.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            client.connect(server.getLocalAddress());
            SocketChannel accepted = server.accept();
            accepted.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
            accepted.configureBlocking(false);
            endPoint = new HoldingEndPoint(accepted, null, null, new ScheduledExecutorScheduler());
        }
    }

    @AfterEach
    void close() throws IOException {
        endPoint.getChannel().close();
        client.close();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    /** All that has arrived so far. */
    private String arrived() {
        ByteBuffer into = ByteBuffer.allocate(1000);
        try {
            client.configureBlocking(false);
            client.read(into);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return arrived.append(new String(into.array(), 0, into.position(), ISO_8859_1))
                .toString();
    }

    @Test
    void whatIsHeldLeavesBeforeWhatIsWrittenNext() throws IOException {
        endPoint.hold();
        assertTrue(endPoint.flush(bytes("HTTP/1.1 101 "), bytes("Switching")));
        assertTrue(endPoint.flush(bytes("\r\n\r\n")));
        assertEquals("", arrived());
        endPoint.release();
        assertEquals("", arrived());
        assertTrue(endPoint.flush(bytes("0{}")));
        Eventually.equal("HTTP/1.1 101 Switching\r\n\r\n0{}", this::arrived);
        assertTrue(endPoint.flush(bytes("40")));
        Eventually.equal("HTTP/1.1 101 Switching\r\n\r\n0{}40", this::arrived);
    }

    @Test
    void whatTheSocketDoesNotTakeAtOnceFollowsInOrder() throws IOException {
        byte[] all = new byte[3_000_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (i / 1000);
        }
        ByteBuffer response = ByteBuffer.wrap(all, 0, 2_000_000);
        ByteBuffer rest = ByteBuffer.wrap(all, 2_000_000, 1_000_000);
        endPoint.hold();
        endPoint.flush(response);
        endPoint.release();
        assertFalse(endPoint.flush(rest), "it cannot all fit");
        ByteBuffer read = ByteBuffer.allocate(all.length);
        boolean flushed = false;
        while (read.hasRemaining()) {
            client.read(read);
            flushed = flushed || endPoint.flush(rest);
        }
        assertTrue(flushed);
        assertArrayEquals(Arrays.copyOf(all, all.length), read.array());
    }
}
