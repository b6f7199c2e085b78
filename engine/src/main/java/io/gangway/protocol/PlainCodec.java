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

    // Each concatenated in one step, because intermediate copies of these bytes would be most of a message's cost.

    private String event(Emission event) {
        Elements elements = event.elements();
        String id = event.ackId() == NO_ACK ? "" : ",\"id\":" + event.ackId();
        String name = elements.json(0);
        return switch (elements.size()) {
            case 1 -> "{\"event\":" + name + id + '}';
            case 2 -> "{\"event\":" + name + ",\"data\":" + value(elements, 1) + id + '}';
            default -> "{\"event\":" + name + ",\"data\":" + array(elements, 1) + ",\"args\":true" + id + '}';
        };
    }

    private String ack(Packet.Ack ack) {
        Elements values = ack.values();
        long id = ack.ackId();
        return switch (values.size()) {
            case 0 -> "{\"id\":" + id + '}';
            case 1 -> {
                String member = ack.outcome() == Packet.Outcome.FAILED ? ",\"error\":" : ",\"data\":";
                yield "{\"id\":" + id + member + value(values, 0) + '}';
            }
            default -> "{\"id\":" + id + ",\"data\":" + array(values, 0) + ",\"args\":true}";
        };
    }

    /** The elements from {@code first} on. */
    private String array(Elements elements, int first) {
        StringBuilder array = new StringBuilder("[");
        for (int i = first; i < elements.size(); i++) {
            array.append(i == first ? "" : ",").append(value(elements, i));
        }
        return array.append(']').toString();
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
