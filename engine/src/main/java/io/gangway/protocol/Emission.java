package io.gangway.protocol;

import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import org.jspecify.annotations.Nullable;

/**
 * An event to be sent to one or many clients. Encodes the event once per codec, when the first client with that codec
 * needs the frame. Thread-safe; apart from these frames immutable.
 */
public final class Emission implements Packet {
    /** How often a frame holds its contents: as text, and as bytes on the wire. */
    private static final int FORMS = 2;

    private final String namespace;
    private final String event;
    private final Elements elements;
    private final Delivery delivery;
    private final long ackId;

    /** Written before the first frame is made. */
    private @Nullable String offset;

    // The first frame has fields of its own, because most emissions need only one. Its codec is written before it.
    private @Nullable PacketCodec firstCodec;
    private volatile @Nullable Frame first;
    private volatile @Nullable Made others;

    private record Made(
            PacketCodec codec, Frame frame, @Nullable Made next) {}

    /**
     * @param ackId the id of the clients' acks, or {@link PacketCodec#NO_ACK}
     * @param elements the event's name, then its arguments
     * @param delivery ignored for an event that requests acks, which is always reliable
     */
    public Emission(String namespace, long ackId, String event, Elements elements, Delivery delivery) {
        this.namespace = namespace;
        this.ackId = ackId;
        this.event = event;
        this.elements = elements;
        this.delivery = ackId == PacketCodec.NO_ACK ? delivery : Delivery.RELIABLE;
    }

    /** The same event, without an offset and frames. */
    public Emission again() {
        return new Emission(namespace, ackId, event, elements, delivery);
    }

    @Override
    public String namespace() {
        return namespace;
    }

    /** The id of the clients' acks; {@link PacketCodec#NO_ACK} if the event requests none. */
    public long ackId() {
        return ackId;
    }

    /** The name of the event. */
    public String event() {
        return event;
    }

    /** The event's name, then its arguments. */
    public Elements elements() {
        return elements;
    }

    public Delivery delivery() {
        return delivery;
    }

    /**
     * Gives the event its offset, its place in the history of its namespace, which codecs with offsets write as its last
     * argument. Must precede the first {@link #frame}, on the same thread or with a lock in common.
     */
    public void placeAt(String offset) {
        this.offset = offset;
    }

    /** The offset; null if the event has none. */
    @Nullable
    String offset() {
        return offset;
    }

    /** Roughly the memory that this event takes with the frames made so far, in bytes. */
    public long bytes() {
        Frame one = first;
        long bytes = elements.bytes() + (one == null ? 0 : FORMS * (long) one.size());
        for (Made other = others; other != null; other = other.next) {
            bytes += FORMS * (long) other.frame.size();
        }
        return bytes;
    }

    /**
     * The frame for clients with this codec.
     *
     * @throws IllegalArgumentException if the codec cannot write the elements
     */
    public Frame frame(PacketCodec codec) {
        Frame made = made(codec);
        return made != null ? made : make(codec);
    }

    private @Nullable Frame made(PacketCodec codec) {
        Frame frame = first;
        if (frame == null || firstCodec == codec) {
            return frame;
        }
        Made other = others;
        while (other != null && other.codec != codec) {
            other = other.next;
        }
        return other == null ? null : other.frame;
    }

    private synchronized Frame make(PacketCodec codec) {
        Frame made = made(codec);
        if (made == null) {
            made = codec.encode(this);
            if (first == null) {
                firstCodec = codec;
                first = made;
            } else {
                others = new Made(codec, made, others);
            }
        }
        return made;
    }

    @Override
    public String toString() {
        return "Emission[" + elements + ", " + delivery + "]"; // not the values: logs show no payload
    }
}
