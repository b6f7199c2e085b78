package io.gangway.jetty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebSocketRenderingTest {
    @Test
    void rendersAMessageAsOneUnmaskedTextFrame() {
        assertArrayEquals(new byte[] {(byte) 0x81, 3, '4', '2', 'x'}, bytesOf(Frame.of("2x")));
    }

    @Test
    void leavesAPacketOfEngineIoItselfAsItStands() {
        assertArrayEquals(new byte[] {(byte) 0x81, 1, '2'}, bytesOf(Frame.control("2")));
    }

    @Test
    void letsAttachmentsFollowAsBinaryFrames() {
        ByteBuffer attachment = ByteBuffer.wrap(new byte[] {7, 8, 9, 10}, 1, 2);

        byte[] bytes = bytesOf(Frame.of("x", List.of(attachment, ByteBuffer.allocate(0))));

        assertArrayEquals(new byte[] {(byte) 0x81, 2, '4', 'x', (byte) 0x82, 2, 8, 9, (byte) 0x82, 0}, bytes);
        assertEquals(2, attachment.remaining(), "the attachment is shared, and stays as it was");
    }

    @Test
    void rendersABinaryMessageWithoutText() {
        Frame frame = Frame.binary(ByteBuffer.wrap(new byte[] {7, 8, 9, 10}, 1, 2), Delivery.RELIABLE);

        assertArrayEquals(new byte[] {(byte) 0x82, 2, 8, 9}, bytesOf(frame));
        assertEquals(
                ByteBuffer.wrap(new byte[] {(byte) 0x81, 5, 'b', 'C', 'A', 'k', '='}),
                frame.rendered(WebSocketRendering.TEXT_ALONE));
    }

    @Test
    void textAloneHasTheAttachmentsAsBase64() {
        Frame frame = Frame.of("x", List.of(ByteBuffer.wrap(new byte[] {7, 8, 9, 10}, 1, 2)));

        ByteBuffer bytes = frame.rendered(WebSocketRendering.TEXT_ALONE);

        assertEquals(
                ByteBuffer.wrap(new byte[] {(byte) 0x81, 2, '4', 'x', (byte) 0x81, 5, 'b', 'C', 'A', 'k', '='}), bytes);
        assertTrue(bytes.isReadOnly());
        Frame plain = Frame.of("x");
        assertSame(plain.rendered(WebSocketRendering.TEXT_ALONE), plain.rendered(WebSocketRendering.BYTES));
    }

    @Test
    void writesTheLengthInSevenSixteenOrSixtyFourBits() {
        assertArrayEquals(new byte[] {(byte) 0x81, 125}, headerOf(124, 2));
        assertArrayEquals(new byte[] {(byte) 0x81, 126, 0, 126}, headerOf(125, 4));
        assertArrayEquals(new byte[] {(byte) 0x81, 126, (byte) 0xff, (byte) 0xff}, headerOf(65_534, 4));
        assertArrayEquals(new byte[] {(byte) 0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0}, headerOf(65_535, 10));
    }

    @Test
    void countsBytesNotCharacters() {
        byte[] bytes = bytesOf(Frame.of("€"));

        assertEquals(4, bytes[1]);
        assertEquals("4€", new String(bytes, 2, 4, UTF_8));
    }

    @Test
    void isMadeOnceForAllReceiversAndCannotBeWrittenTo() {
        Frame frame = Frame.of("x");

        ByteBuffer bytes = frame.rendered(WebSocketRendering.BYTES);

        assertSame(bytes, frame.rendered(WebSocketRendering.BYTES));
        assertTrue(bytes.isReadOnly());
    }

    private static byte[] headerOf(int characters, int headerLength) {
        byte[] bytes = bytesOf(Frame.of("x".repeat(characters)));
        assertEquals(headerLength + 1 + characters, bytes.length);
        return Arrays.copyOf(bytes, headerLength);
    }

    private static byte[] bytesOf(Frame frame) {
        ByteBuffer bytes = frame.rendered(WebSocketRendering.BYTES).duplicate();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }
}
