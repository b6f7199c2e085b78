package io.gangway.jetty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gangway.connection.Account;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.NoLine;
import java.nio.ByteBuffer;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MessageAssemblyTest {
    private final MessageAssembly message = assembly(1_000_000);

    private static MessageAssembly assembly(int maxPayload) {
        return new MessageAssembly(maxPayload, true, new Account(InboundBudget.unlimited(), new NoLine()));
    }

    @Test
    void putsFragmentsTogetherAlsoInsideACharacter() {
        byte[] euro = "€".getBytes(UTF_8);
        message.add(ByteBuffer.wrap(euro, 0, 1), false);
        message.add(null, false);
        message.add(ByteBuffer.wrap(euro, 1, 2), true);

        assertEquals("€", message.takeText());

        message.add(ByteBuffer.wrap(new byte[] {1, 2}), true);
        assertEquals(ByteBuffer.wrap(new byte[] {1, 2}), message.takeBinary());
    }

    @Test
    void takesMaxPayloadAndNoByteMore() {
        message.add(ByteBuffer.allocate(999_999), false);
        message.add(ByteBuffer.allocate(1), false);

        assertCloses(1009, () -> message.add(ByteBuffer.allocate(1), true));
    }

    @Test
    void countsTinyFragments() {
        for (int i = 0; i < 16_384; i++) {
            message.add(null, false);
        }

        assertCloses(1008, () -> message.add(null, false));
    }

    @Test
    void doesNotCountThePiecesThatTheNetworkMakesOfALongMessage() {
        MessageAssembly large = assembly(100_000_000);
        for (int i = 0; i < 60_000; i++) {
            large.add(ByteBuffer.allocate(1448), false);
        }
        large.add(null, true);

        assertEquals(60_000 * 1448, large.takeBinary().remaining());
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        message.add(ByteBuffer.wrap(new byte[] {'4', (byte) 0xed, (byte) 0xa0, (byte) 0x80}), true);
        assertCloses(1007, message::takeText);
    }

    @Test
    void acceptsTheReplacementCharacterWhereItWasSent() {
        message.add(UTF_8.encode("4\ufffd"), true);

        assertEquals("4\ufffd", message.takeText());
    }

    private static void assertCloses(int code, Executable action) {
        assertEquals(code, assertThrows(CloseException.class, action).getStatusCode());
    }
}
