package io.gangway.protocol;

import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * JSON text for clients without Socket.IO: {@code {"event": .., "data": ..}}, with an {@code "id"} if an answer is
 * wanted, and {@code {"id": .., "data": ..}} or {@code {"id": .., "error": ..}} as the answer. Several arguments are an
 * array in {@code "data"}, marked by {@code "args": true}; binary data is {@code {"$binary": ".."}}, in base64.
 *
 * <p>Its packets name no namespace: the client's route decides. Thread-safe.
 */
public final class PlainCodec implements PacketCodec {
    private final JsonBinding binding;
    private final @Nullable UnaryOperator<String> reading;
    private final @Nullable UnaryOperator<String> writing;

    /** A codec for the standard form. */
    public PlainCodec(JsonBinding binding) {
        this(binding, null, null);
    }

    /**
     * A codec for another form.
     *
     * @param reading makes the standard form of a client's message; null if it is the standard form
     * @param writing makes the other form of a message for the client; null for the standard form
     */
    public PlainCodec(
            JsonBinding binding, @Nullable UnaryOperator<String> reading, @Nullable UnaryOperator<String> writing) {
        this.binding = binding;
        this.reading = reading;
        this.writing = writing;
    }

    // ---- reading

    /** The packet with which a client joins, made from its handshake. */
    public ReceivedPacket connect(Map<String, Object> auth) {
        return new PlainConnect(auth);
    }

    @Override
    public ReceivedPacket text(String message) throws MalformedPacketException {
        return PlainPacket.of(binding, message, reading);
    }

    @Override
    public ReceivedPacket binary(ByteBuffer message) throws MalformedPacketException {
        throw new MalformedPacketException("a binary message where only text is accepted");
    }

    // ---- writing

    @Override
    public Frame encode(Packet packet) {
        if (packet instanceof Emission event) {
            return frame(event(event), event.delivery());
        } else if (packet instanceof Packet.Ack ack) {
            return frame(ack(ack), Delivery.RELIABLE);
        } else if (packet instanceof Packet.Connect connect) {
            return frame("{\"event\":\"connect\",\"data\":{\"id\":\"" + connect.socketId() + "\"}}", Delivery.RELIABLE);
        } else if (packet instanceof Packet.ConnectError error) {
            return frame(
                    "{\"event\":\"connect_error\",\"data\":" + binding.inline(error.body()) + '}', Delivery.RELIABLE);
        }
        throw new IllegalArgumentException("a plain client has no packet to say " + packet);
    }

    private Frame frame(String text, Delivery delivery) {
        return Frame.of(writing == null ? text : writing.apply(text), List.of(), delivery);
    }

    private String event(Emission event) {
        Elements elements = event.elements();
        String id = event.ackId() == NO_ACK ? "" : ",\"id\":" + event.ackId();
        return "{\"event\":" + elements.json(0) + data(elements, 1) + id + '}';
    }

    private String ack(Packet.Ack ack) {
        Elements values = ack.values();
        String answer = ack.outcome() == Packet.Outcome.FAILED && values.size() == 1
                ? ",\"error\":" + value(values, 0)
                : data(values, 0);
        return "{\"id\":" + ack.ackId() + answer + '}';
    }

    /** The members for the elements from {@code first} on. */
    private String data(Elements elements, int first) {
        int count = elements.size() - first;
        if (count <= 0) {
            return "";
        } else if (count == 1) {
            return ",\"data\":" + value(elements, first);
        }
        StringBuilder data = new StringBuilder(",\"data\":[");
        for (int i = first; i < elements.size(); i++) {
            data.append(i == first ? "" : ",").append(value(elements, i));
        }
        return data.append("],\"args\":true").toString();
    }

    private String value(Elements elements, int index) {
        String json = elements.json(index);
        return elements.attachments().isEmpty() ? json : PlainBinary.inline(binding, json, elements.attachments());
    }

    @Override
    public String toString() {
        return "PlainCodec[" + binding.limits() + "]";
    }
}
