package io.gangway.protocol;

import com.google.gson.Gson;
import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** The codec as tests speak to it: whole messages in, and values that nobody has written yet out. */
final class Wire {
    private final JsonBinding binding;
    private final SocketIoCodec codec;

    Wire(Gson gson, ParserLimits limits) {
        binding = new JsonBinding(gson, limits);
        codec = new SocketIoCodec(binding);
    }

    /** What is known of a packet before its JSON is looked at, and where that begins. */
    record Header(ReceivedPacket.Type type, int attachments, String namespace, long ackId, int body) {}

    /** An event of values. */
    record Event(String namespace, long ackId, String name, List<?> arguments) {}

    /** An ack of values. */
    record Ack(String namespace, long ackId, List<?> values) {}

    Header header(String text) throws MalformedPacketException {
        SocketIoPacket packet = codec.text(text);
        return new Header(packet.type(), packet.announced(), packet.namespace(), packet.ackId(), packet.body());
    }

    Elements event(String text, Header header, List<ByteBuffer> attachments) throws MalformedPacketException {
        return read(text, attachments).event();
    }

    Elements ack(String text, Header header, List<ByteBuffer> attachments) throws MalformedPacketException {
        return read(text, attachments).ack();
    }

    Map<String, Object> auth(String text, Header header) throws MalformedPacketException {
        return read(text, List.of()).auth();
    }

    private ReceivedPacket read(String text, List<ByteBuffer> attachments) throws MalformedPacketException {
        ReceivedPacket packet = codec.text(text);
        for (ByteBuffer attachment : attachments) {
            packet = packet.rest().binary(attachment);
        }
        return packet;
    }

    Elements elements(List<?> values) {
        return binding.elements(values);
    }

    Elements event(String json) throws MalformedPacketException {
        return binding.event(json);
    }

    Frame encode(Object packet) {
        if (packet instanceof Event event) {
            Elements elements = binding.writeEvent(event.name(), event.arguments());
            return codec.encode(
                    new Emission(event.namespace(), event.ackId(), event.name(), elements, Delivery.RELIABLE));
        } else if (packet instanceof Ack ack) {
            return codec.encode(new Packet.Ack(ack.namespace(), ack.ackId(), binding.write(ack.values())));
        }
        return codec.encode((Packet) packet);
    }
}
