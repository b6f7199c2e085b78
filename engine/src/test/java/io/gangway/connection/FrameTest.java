package io.gangway.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "grün", "\u2028", "\uD83D\uDE00", "a\uD83D\uDE00b", "\0"})
    void isTextInUtf8(String text) {
        assertEquals(text, new String(Frame.of(text).utf8(), UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "\\ud800, \\ufffd", // as many bytes in String.getBytes as there are characters
        "a\\ud800, a\\ufffd",
        "\\udc00a, \\ufffda",
        "\\ud800\\ud800, \\ufffd\\ufffd",
        "\\udc00\\ud800, \\ufffd\\ufffd",
        "ü\\ud800, ü\\ufffd",
        "\\ud83d\\ude00\\ud83d, \\ud83d\\ude00\\ufffd"
    })
    void replacesHalfAnEmoji(String text, String sent) {
        assertEquals(unicode(sent), new String(Frame.of(unicode(text)).utf8(), UTF_8));
    }

    /** Reads the escapes: unpaired surrogates do not survive an annotation's way into a class file. */
    private static String unicode(String escaped) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.startsWith("\\u", i)) {
                text.append((char) Integer.parseInt(escaped, i + 2, i + 6, 16));
                i += 5;
            } else {
                text.append(escaped.charAt(i));
            }
        }
        return text.toString();
    }

    @Test
    void isRenderedOnceForAllItsReceivers() {
        AtomicInteger renderings = new AtomicInteger();
        Rendering<String> upper = frame -> {
            renderings.incrementAndGet();
            return frame.text().toUpperCase(Locale.ROOT);
        };
        Rendering<Integer> length = frame -> frame.text().length();
        Frame frame = Frame.of("text");
        CountDownLatch start = new CountDownLatch(1);
        List<CompletableFuture<String>> rendered = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.supplyAsync(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException interrupted) {
                        throw new AssertionError(interrupted);
                    }
                    return frame.rendered(upper);
                }))
                .toList();
        start.countDown();
        rendered.forEach(future -> assertEquals("TEXT", future.join()));
        assertEquals(4, frame.rendered(length));
        assertSame(frame.rendered(upper), frame.rendered(upper));
        assertEquals(1, renderings.get());
    }

    @Test
    void keepsTheAttachmentsItWasGiven() {
        List<ByteBuffer> attachments = new ArrayList<>(List.of(ByteBuffer.wrap(new byte[5])));
        Frame frame = Frame.of("text", attachments);
        attachments.clear();
        assertEquals(1, frame.attachments().size());
        assertThrows(
                UnsupportedOperationException.class, () -> frame.attachments().clear());
    }

    @Test
    void countsItsBytesAndItsOwnWeight() {
        int empty = Frame.of("").size();
        assertTrue(empty > 0, "tiny frames are not free");
        assertEquals(
                empty + 4 + 5,
                Frame.of("text", List.of(ByteBuffer.wrap(new byte[5]))).size());
    }

    @Test
    void canBeOneBinaryMessage() {
        Frame frame = Frame.binary(ByteBuffer.wrap(new byte[5]), Delivery.LOSSY);
        assertTrue(frame.isBinary());
        assertFalse(frame.isControl());
        assertEquals("", frame.text());
        assertEquals(0, frame.utf8().length);
        assertEquals(5, frame.attachments().get(0).remaining());
        assertEquals(Frame.of("").size() + 5, frame.size());
        assertSame(Delivery.LOSSY, frame.delivery());
        assertFalse(Frame.of("", List.of(ByteBuffer.wrap(new byte[5]))).isBinary());
    }

    @Test
    void saysWhetherItIsOfTheTransportProtocol() {
        assertTrue(Frame.control("2").isControl());
        assertFalse(Frame.of("2").isControl());
    }

    @Test
    void knowsHowItIsDelivered() {
        assertSame(Delivery.RELIABLE, Frame.of("text").delivery());
        assertSame(Delivery.RELIABLE, Frame.control("2").delivery());
        assertTrue(Frame.of("text", List.of(), Delivery.LOSSY).delivery().isLossy());
        Delivery latest =
                Frame.of("text", List.of(), Delivery.latestOf("price")).delivery();
        assertEquals("price", latest.key());
        assertFalse(latest.isLossy());
    }

    @Test
    void tellsALogNothingOfItsText() {
        assertFalse(Frame.of("secret").toString().contains("secret"));
    }
}
