package io.gangway.protocol;

import io.gangway.connection.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A wire protocol: packets to frames, and text and attachments back to packets. Thread-safe.
 *
 * <p>Reading is split where the threads are: {@link #header} is quick and runs on I/O threads, the rest looks at JSON and
 * runs where handlers do.
 */
public interface PacketCodec {
    /** The ack id of an event whose sender wants no answer. */
    long NO_ACK = -1;

    /** Reads what comes before the JSON. */
    Header header(String text) throws MalformedPacketException;

    /** The arguments of an event, its name first. */
    Elements event(String text, Header header, List<ByteBuffer> attachments) throws MalformedPacketException;

    /** The values of an ack. */
    Elements ack(String text, Header header, List<ByteBuffer> attachments) throws MalformedPacketException;

    /** The auth payload of a CONNECT; empty if there is none. */
    Map<String, Object> auth(String text, Header header) throws MalformedPacketException;

    /** Elements that carry these values, as a receiver would see them. */
    Elements elements(List<?> values);

    /**
     * Writes the values of an ack that is encoded later, with {@link #encodeAck} or as {@link #elements(Written)}.
     *
     * @throws IllegalArgumentException if a value cannot be written
     */
    Written write(List<?> values);

    /** The same as {@link #elements(List)}, of values that this codec wrote. */
    Elements elements(Written values);

    /** Writes the ack whose values this codec wrote. */
    Frame encodeAck(String namespace, long ackId, Written values);

    /**
     * The name and the arguments of an event that another node tells of, held to what is demanded of a client's.
     *
     * @param json a JSON array
     */
    Elements event(String json) throws MalformedPacketException;

    /**
     * The same from plain values, among which there may be binary data.
     *
     * @throws IllegalArgumentException if a value cannot be written
     */
    Elements event(List<?> values) throws MalformedPacketException;

    /** A single value that another node tells of. */
    Elements value(String json) throws MalformedPacketException;

    /** Writes an event, once for all its receivers, from elements as they stand: its name, then its arguments. */
    Frame encode(String namespace, long ackId, Elements event);

    /**
     * Writes a packet, once for all its receivers.
     *
     * @throws IllegalArgumentException if a value cannot be written
     */
    Frame encode(Packet packet);

    /** Values in the form of one codec, which nothing can change any more. */
    interface Written {
        /** Whose form it is. */
        PacketCodec by();
    }

    /** What a packet is for. */
    enum Type {
        CONNECT,
        DISCONNECT,
        EVENT,
        ACK,
        CONNECT_ERROR
    }

    /**
     * A packet but for its JSON.
     *
     * @param attachments how many binary messages follow that belong to it
     * @param body where the JSON begins in the text; the text's length if there is none
     */
    record Header(Type type, int attachments, String namespace, long ackId, int body) {}
}
