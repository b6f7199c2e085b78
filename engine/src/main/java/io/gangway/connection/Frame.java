package io.gangway.connection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One whole message, text with its attachments or a single binary message, shared by all clients that receive it.
 * Immutable and thread-safe.
 *
 * <p>The text and the attachments of a frame leave one after the other; no other frame comes between them. A frame
 * caches its rendering for each transport, so that a broadcast is encoded once.
 */
public final class Frame {
    /** What a queued frame costs besides its bytes: counted so that many tiny frames are limited too. */
    private static final int OVERHEAD = 64;

    private final @Nullable String text; // null for a binary message
    private final List<ByteBuffer> attachments;
    private final @Nullable Delivery delivery; // null for a packet of the transport protocol
    private final int size;
    private volatile @Nullable Rendered<?> rendered;

    private Frame(@Nullable String text, List<ByteBuffer> attachments, @Nullable Delivery delivery) {
        this.text = text;
        this.attachments = attachments;
        this.delivery = delivery;
        long bytes = text == null ? 0 : text.length();
        for (ByteBuffer attachment : attachments) {
            bytes += attachment.remaining();
        }
        this.size = (int) Math.min(bytes + OVERHEAD, Integer.MAX_VALUE);
    }

    /** A text message without attachments, which is never dropped. */
    public static Frame of(String text) {
        return of(text, List.of());
    }

    /**
     * A message of text and the binary attachments that follow it, which is never dropped. The buffers are not copied: do
     * not modify them.
     */
    public static Frame of(String text, List<ByteBuffer> attachments) {
        return of(text, attachments, Delivery.RELIABLE);
    }

    /** The same, delivered as {@code delivery} says. */
    public static Frame of(String text, List<ByteBuffer> attachments, Delivery delivery) {
        return new Frame(text, List.copyOf(attachments), delivery);
    }

    /** One binary message without text. The buffer is not copied: do not modify it. */
    public static Frame binary(ByteBuffer message, Delivery delivery) {
        return new Frame(null, List.of(message), delivery);
    }

    /** A packet of the transport protocol itself, such as a ping: sent as it is, not marked as a message. */
    public static Frame control(String packet) {
        return new Frame(packet, List.of(), null);
    }

    /** The text; empty for a binary message. */
    public String text() {
        return text == null ? "" : text;
    }

    /** Whether this is one binary message, without text. */
    public boolean isBinary() {
        return text == null;
    }

    /** The attachments, or a binary message itself; take a {@link ByteBuffer#duplicate()} before reading. */
    public List<ByteBuffer> attachments() {
        return attachments;
    }

    /** Whether this is a packet of the transport protocol rather than a message of the hall. */
    public boolean isControl() {
        return delivery == null;
    }

    /** What may happen to the frame if it cannot be written at once. */
    public Delivery delivery() {
        return delivery == null ? Delivery.RELIABLE : delivery;
    }

    /** Roughly the memory the frame needs while it is queued, in bytes. */
    public int size() {
        return size;
    }

    /** The text in UTF-8. An unpaired surrogate, which UTF-8 cannot express and codecs escape in JSON, becomes U+FFFD. */
    public byte[] utf8() {
        String text = text();
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                // String.getBytes replaces an unpaired surrogate by '?'.
                return replaceUnpaired(text).getBytes(StandardCharsets.UTF_8);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String replaceUnpaired(String text) {
        StringBuilder sound = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(sound::appendCodePoint);
        return sound.toString();
    }

    /** What {@code rendering} makes of this frame, rendered at the first call and cached. */
    @SuppressWarnings("unchecked") // each entry's value was made by the rendering that is its key
    public <T> T rendered(Rendering<T> rendering) {
        for (Rendered<?> entry = rendered; entry != null; entry = entry.next) {
            if (entry.by == rendering) {
                return (T) entry.value;
            }
        }
        synchronized (this) {
            for (Rendered<?> entry = rendered; entry != null; entry = entry.next) {
                if (entry.by == rendering) {
                    return (T) entry.value;
                }
            }
            T value = rendering.render(this);
            rendered = new Rendered<>(rendering, value, rendered);
            return value;
        }
    }

    private record Rendered<T>(
            Rendering<T> by, T value, @Nullable Rendered<?> next) {}

    @Override
    public String toString() {
        return "Frame[" + text().length() + " characters, " + attachments.size() + " attachments]";
    }
}
