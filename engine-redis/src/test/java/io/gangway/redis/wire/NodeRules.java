package io.gangway.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;

/**
 * The rules that a message must keep for a Node.js server to survive it: an undecodable body, or one without what the
 * adapters take for granted, leaves a server deaf or ends it. Knows nothing of the code that writes messages.
 */
public final class NodeRules {
    private NodeRules() {}

    public static void check(OutgoingMessage outgoing) throws IOException {
        if (outgoing instanceof OutgoingMessage.Append add) {
            checkEntry(add.fields());
            return;
        }
        OutgoingMessage.Publish publish = (OutgoingMessage.Publish) outgoing;
        String channel = publish.channel();
        if (channel.startsWith("socket.io-request#")) {
            checkRequest(map(publish.body()));
        } else if (channel.startsWith("socket.io-response#")) {
            checkResponse(map(publish.body()));
        } else if (publish.kind() == Subscription.Kind.CHANNEL && (publish.body()[0] & 0xff) == 0x93) {
            checkBroadcast(messagePack(publish.body()));
        } else {
            Map<String, Object> envelope = map(publish.body());
            text(envelope, "uid");
            text(envelope, "nsp");
            checkData(((Number) envelope.get("type")).intValue(), map(envelope, "data"));
        }
    }

    private static void checkEntry(Map<String, byte[]> fields) throws IOException {
        assertEquals(List.of("uid", "nsp", "type", "data"), List.copyOf(fields.keySet()));
        byte[] data = fields.get("data");
        byte[] body = data[0] == '{' ? data : Base64.getDecoder().decode(data);
        checkData(Integer.parseInt(new String(fields.get("type"), StandardCharsets.UTF_8)), map(body));
    }

    private static void checkBroadcast(Object body) {
        List<?> parts = (List<?>) body;
        assertEquals(3, parts.size());
        assertTrue(parts.get(0) instanceof String);
        Map<String, Object> packet = asMap(parts.get(1));
        text(packet, "nsp");
        checkPacket(packet);
        checkOpts(asMap(parts.get(2)), true);
    }

    private static void checkRequest(Map<String, Object> request) {
        int type = ((Number) request.get("type")).intValue();
        text(request, "uid");
        if (type == 1 || type == 5 || type == 7) {
            text(request, "requestId");
        }
        if (type == 2 || type == 3) {
            checkRooms(request.get("rooms"));
        }
        if (type == 2 || type == 3 || type == 4 || type == 5) {
            checkOpts(map(request, "opts"), false);
        }
        if (type == 4) {
            assertTrue(request.get("close") instanceof Boolean);
        }
        if (type == 6) {
            checkEvent(request.get("data"));
        }
        if (type == 7) {
            checkPacket(map(request, "packet"));
            checkOpts(map(request, "opts"), true);
            assertTrue(map(map(request, "opts"), "flags").get("timeout") instanceof Number);
        }
        assertTrue(type >= 1 && type <= 7, "request type " + type);
    }

    private static void checkResponse(Map<String, Object> response) {
        text(response, "requestId");
        if (response.containsKey("sockets")) {
            checkSockets(response.get("sockets"));
        } else if (response.containsKey("rooms")) {
            checkRooms(response.get("rooms"));
        } else {
            int type = ((Number) response.get("type")).intValue();
            assertTrue(type == 6 || type == 8 || type == 9, "response type " + type);
            assertTrue(type != 6 || response.containsKey("data"));
            assertTrue(type != 8 || response.get("clientCount") instanceof Number);
            assertTrue(type != 9 || response.containsKey("packet"));
        }
    }

    private static void checkData(int type, Map<String, Object> data) {
        if (type >= 3 && type <= 7) {
            checkOpts(map(data, "opts"), true);
        }
        if (type == 3) {
            checkPacket(map(data, "packet"));
        }
        if (type == 4 || type == 5) {
            checkRooms(data.get("rooms"));
        }
        if (type == 6) {
            assertTrue(data.get("close") instanceof Boolean);
        }
        if (type == 7 || type == 8 || type >= 10) {
            text(data, "requestId");
        }
        if (type == 8) {
            checkSockets(data.get("sockets"));
        }
        if (type == 9) {
            checkEvent(data.get("packet"));
        }
        if (type == 10 || type == 12) {
            assertTrue(data.containsKey("packet"));
        }
        if (type == 11) {
            assertTrue(data.get("clientCount") instanceof Number);
        }
        assertTrue(type >= 3 && type <= 12, "type " + type);
    }

    private static void checkPacket(Map<String, Object> packet) {
        assertEquals(2, ((Number) packet.get("type")).intValue());
        checkEvent(packet.get("data"));
    }

    private static void checkEvent(Object event) {
        assertTrue(event instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof String, "event " + event);
    }

    private static void checkOpts(Map<String, Object> opts, boolean flags) {
        checkRooms(opts.get("rooms"));
        checkRooms(opts.get("except"));
        if (flags) {
            map(opts, "flags");
        }
    }

    private static void checkRooms(Object rooms) {
        for (Object room : (List<?>) rooms) {
            assertTrue(room instanceof String, "room " + room);
        }
    }

    private static void checkSockets(Object sockets) {
        for (Object socket : (List<?>) sockets) {
            Map<String, Object> fields = asMap(socket);
            text(fields, "id");
            checkRooms(fields.get("rooms"));
            assertTrue(fields.containsKey("data"));
            Map<String, Object> handshake = map(fields, "handshake");
            map(handshake, "headers");
            map(handshake, "query");
            map(handshake, "auth");
            assertEquals("Sun Nov 22 2026 10:00:00 GMT+0000 (Coordinated Universal Time)", handshake.get("time"));
            assertEquals(1795341600123L, ((Number) handshake.get("issued")).longValue());
            text(handshake, "address");
            text(handshake, "url");
            assertEquals(true, handshake.get("secure"));
            assertEquals(false, handshake.get("xdomain"));
        }
    }

    private static void text(Map<String, Object> map, String name) {
        assertTrue(map.get(name) instanceof String text && !text.isEmpty(), name + " in " + map);
    }

    private static Map<String, Object> map(Map<String, Object> map, String name) {
        return asMap(map.get(name));
    }

    @SuppressWarnings("unchecked") // keys of JSON's and MessagePack's maps are strings
    private static Map<String, Object> asMap(Object value) {
        assertTrue(value instanceof Map<?, ?>, "not a map: " + value);
        return (Map<String, Object>) value;
    }

    private static Map<String, Object> map(byte[] body) throws IOException {
        return asMap(body[0] == '{' ? json(body) : messagePack(body));
    }

    /** By Gson's tree, and a strict look at the UTF-8. */
    private static Object json(byte[] body) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(strict(body)));
        reader.setStrictness(Strictness.LEGACY_STRICT); // JSON.parse takes half a surrogate pair, too
        JsonElement tree = new Gson().getAdapter(JsonElement.class).read(reader);
        assertEquals(JsonToken.END_DOCUMENT, reader.peek());
        return new Gson().fromJson(tree, Object.class);
    }

    private static String strict(byte[] utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }

    /** By msgpack-core's tree. */
    private static Object messagePack(byte[] body) throws IOException {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(body)) {
            Value value = unpacker.unpackValue();
            assertEquals(false, unpacker.hasNext(), "trailing bytes");
            return plain(value, 0);
        }
    }

    private static Object plain(Value value, int depth) throws CharacterCodingException {
        assertTrue(depth < 90, "nested too deep for @msgpack/msgpack");
        if (value.isMapValue()) {
            Map<String, Object> map = new HashMap<>();
            for (Map.Entry<Value, Value> entry : value.asMapValue().entrySet()) {
                map.put(strict(entry.getKey().asStringValue().asByteArray()), plain(entry.getValue(), depth + 1));
            }
            return map;
        }
        if (value.isArrayValue()) {
            List<Object> list = new ArrayList<>();
            for (Value each : value.asArrayValue()) {
                list.add(plain(each, depth + 1));
            }
            return list;
        }
        if (value.isStringValue()) {
            return strict(value.asStringValue().asByteArray());
        }
        if (value.isBooleanValue()) {
            return value.asBooleanValue().getBoolean();
        }
        if (value.isIntegerValue()) {
            return value.asIntegerValue().asLong();
        }
        return value.isFloatValue() ? (Object) value.asFloatValue().toDouble() : value.isNilValue() ? null : value;
    }
}
