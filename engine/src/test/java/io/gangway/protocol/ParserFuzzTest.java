package io.gangway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gangway.connection.Frame;
import io.gangway.protocol.Wire.Header;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Throws a hundred thousand packets at the codec, from sound to absurd: whatever comes, only MalformedPacketException
 * leaves it, and what it accepts can be decoded and relayed to stock clients without a further look.
 *
 * <p>A failure names its seed and the packet. Two million packets: {@code mvn -B -pl engine test -Dtest=ParserFuzzTest
 * -Dgangway.long=true}; another run of either: {@code -Dgangway.seed=...}.
 */
class ParserFuzzTest {
    private static final long SEED = Long.getLong("gangway.seed", 20260101L);
    private static final int PACKETS = Boolean.getBoolean("gangway.long") ? 2_000_000 : 100_000;

    /**
     * What one packet may cost to read and decode: readers and their buffers take some kilobytes whatever the text; at worst
     * a character becomes an element with a boxed value, its text, and its place in two lists; an attachment is copied. What
     * would break the bound is memory by the client's numbers: attachments that it announces, or names again and again.
     */
    private static final long ALLOCATED_AT_LEAST = 64 * 1024;

    private static final long ALLOCATED_PER_CHARACTER = 200;
    private static final long ALLOCATED_PER_BYTE = 2;

    private final Wire codec = new Wire(Json.standard(), ParserLimits.DEFAULT);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int accepted;

    @Test
    void whateverComesIsMalformedOrCanBeRelayed() {
        for (int i = 0; i < PACKETS; i++) {
            FuzzedPacket packet = new FuzzedPacket(new Random(SEED + i));
            String text = packet.text();
            List<ByteBuffer> attachments = packet.attachments();
            try {
                read(text, attachments);
            } catch (Throwable failure) {
                throw new AssertionError("-Dgangway.seed=" + (SEED + i) + ": " + escaped(text), failure);
            }
        }
        // Else the half of the test that looks at sound packets would look at nothing.
        assertTrue(accepted > PACKETS / 10 && accepted < PACKETS * 9 / 10, () -> accepted + " of " + PACKETS);
    }

    private void read(String text, List<ByteBuffer> attachments) throws MalformedPacketException {
        int attached = attachments.stream().mapToInt(ByteBuffer::remaining).sum();
        long before = threads.getCurrentThreadAllocatedBytes();
        Elements elements = decoded(text, attachments);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        long bound = ALLOCATED_AT_LEAST + ALLOCATED_PER_CHARACTER * text.length() + ALLOCATED_PER_BYTE * attached;
        assertTrue(allocated <= bound, () -> allocated + " bytes for " + text.length() + " characters");
        if (elements != null) {
            accepted++;
            assertRelayable(elements);
        }
    }

    /** Null if the packet is malformed, or has no elements. */
    private Elements decoded(String text, List<ByteBuffer> attachments) {
        try {
            Header header = codec.header(text);
            List<ByteBuffer> own = attachments.subList(0, Math.min(attachments.size(), header.attachments()));
            return switch (header.type()) {
                case CONNECT -> {
                    codec.auth(text, header);
                    yield null;
                }
                case EVENT -> decoded(codec.event(text, header, own));
                case ACK -> decoded(codec.ack(text, header, own));
                case DISCONNECT, CONNECT_ERROR -> null;
            };
        } catch (MalformedPacketException malformed) {
            return null;
        }
    }

    private static Elements decoded(Elements elements) {
        List<Object> values = elements.values();
        assertEquals(elements.size(), values.size());
        return elements;
    }

    private void assertRelayable(Elements elements) throws MalformedPacketException {
        Object values = PacketCodecContract.comparable(elements.values());
        for (int i = 0; i < elements.size(); i++) {
            assertEquals(((List<?>) values).get(i), PacketCodecContract.comparable(elements.value(i)));
        }

        Frame alone = codec.encode(new Wire.Ack("/", 1, List.of(elements)));
        assertEquals(
                values,
                PacketCodecContract.comparable(asAStockClientReads(alone).values()));

        // Behind and before attachments of our own everything has to stay in its place, too.
        ByteBuffer own = ByteBuffer.wrap(new byte[] {42});
        Frame among = codec.encode(new Wire.Ack("/", 1, List.of(own, elements, own, elements)));
        Elements back = asAStockClientReads(among);
        assertEquals(2 + 2 * elements.size(), back.size());
        for (int i = 0; i < elements.size(); i++) {
            Object sent = harmless(((List<?>) values).get(i), elements);
            assertEquals(sent, PacketCodecContract.comparable(back.value(1 + i)));
            assertEquals(sent, PacketCodecContract.comparable(back.value(2 + elements.size() + i)));
        }
    }

    /** Reads with a codec that is as strict as a client's, but for the number of attachments. */
    private static Elements asAStockClientReads(Frame frame) throws MalformedPacketException {
        StrictJson.require(frame.text().substring(Math.max(0, frame.text().indexOf('['))));
        Wire client = new Wire(Json.standard(), new ParserLimits(100, 255, 1024, 1024));
        Header header = client.header(frame.text());
        assertEquals(frame.attachments().size(), header.attachments());
        return client.ack(frame.text(), header, frame.attachments());
    }

    /** The value as it has to arrive where attachments are: what only looks like a placeholder must not any more. */
    private static Object harmless(Object value, Elements elements) {
        if (!elements.attachments().isEmpty()) {
            return value; // the scan saw to its placeholders
        } else if (value instanceof List<?> list) {
            return list.stream().map(item -> harmless(item, elements)).toList();
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new HashMap<>();
            map.forEach((key, item) -> copy.put(
                    key, key.equals("_placeholder") && item.equals(true) ? (Object) false : harmless(item, elements)));
            return copy;
        }
        return value;
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.substring(0, Math.min(text.length(), 2_000)).toCharArray()) {
            escaped.append(c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return escaped.toString();
    }
}
