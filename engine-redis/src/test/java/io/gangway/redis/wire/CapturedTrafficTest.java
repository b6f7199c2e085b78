package io.gangway.redis.wire;

import static io.gangway.redis.wire.Same.assertSame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.cluster.ClusterMessage;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Captured messages of Node.js servers and emitters are decoded, and encoded again in the same way. */
public class CapturedTrafficTest {
    private static final String JAVA_NODE = "00000000000000ff";

    public static Stream<String> files() {
        return Stream.of(Capture.CLASSIC, Capture.SHARDED, Capture.STREAMS, List.of("emitter", "streams-emitter"))
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("files")
    void holdsTheValuesThatWereSent(String file) throws Exception {
        for (Capture capture : Capture.messagesIn(file)) {
            assertHolds(capture);
        }
    }

    private static void assertHolds(Capture capture) throws MalformedMessageException {
        if (capture.cmd().equals("XADD")) {
            byte[] data = capture.entry().get("data");
            byte[] body = data[0] == '{' ? data : Base64.getDecoder().decode(data);
            assertBody(capture, body);
        } else {
            assertBody(capture, capture.body());
        }
    }

    private static void assertBody(Capture capture, byte[] body) throws MalformedMessageException {
        if (body[0] == '{') {
            assertSame(capture.decoded(), PlainJson.read(Utf8.text(body)), capture);
        } else {
            Object value = ExactReader.readExactly(body);
            assertSame(capture.decoded(), value, capture);
            assertArrayEquals(body, MessagePackWriter.write(value), capture.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isSaidAgainInTheSameWay(String file) throws Exception {
        for (Capture capture : Capture.messagesIn(file)) {
            assertSaidAgain(capture);
        }
    }

    private static void assertSaidAgain(Capture capture) throws MalformedMessageException {
        ClusterMessage message = read(capture, JAVA_NODE);
        WireFormat sender = format(capture, sender(capture));
        OutgoingMessage again = message instanceof ClusterMessage.Response response
                ? sender.respond(asker(capture), response)
                : sender.publish(message);
        if (again instanceof OutgoingMessage.Append add) {
            assertEquals("XADD", capture.cmd());
            assertEquals(capture.channel(), add.stream());
            assertEquals(
                    List.copyOf(capture.entry().keySet()),
                    List.copyOf(add.fields().keySet()));
            for (String field : List.of("uid", "nsp", "type")) {
                assertArrayEquals(capture.entry().get(field), add.fields().get(field), field);
            }
            byte[] data = add.fields().get("data");
            assertSaid(capture, data[0] == '{' ? data : Base64.getDecoder().decode(data));
        } else {
            OutgoingMessage.Publish publish = (OutgoingMessage.Publish) again;
            boolean sharded = publish.kind() == Subscription.Kind.SHARDED;
            if (!capture.file().equals("streams-emitter")) {
                assertEquals(capture.cmd(), sharded ? "SPUBLISH" : "PUBLISH");
                assertEquals(capture.channel(), publish.channel());
                assertSaid(capture, publish.body());
            }
        }
    }

    private static void assertSaid(Capture capture, byte[] body) throws MalformedMessageException {
        Object said = body[0] == '{' ? PlainJson.read(Utf8.text(body)) : ExactReader.readExactly(body);
        assertSame(comparable(capture.decoded(), ""), comparable(said, ""), capture);
    }

    /**
     * Without what Node.js servers do not need, such as additional fields and hints; with dates as strings, and rooms
     * in order.
     */
    public static Object comparable(Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> result = new LinkedHashMap<>();
            map.forEach((key, each) -> result.put((String) key, comparable(each, (String) key)));
            boolean classicMap = map.containsKey("requestId") || map.containsKey("opts");
            if (classicMap && !map.containsKey("nsp")) {
                result.remove("uid");
            }
            if (name.equals("flags")) {
                result.remove("compress");
                result.remove("expectSingleResponse");
            }
            if (name.equals("packet")) {
                result.remove("nsp");
            }
            return result;
        }
        if (value instanceof Collection<?> list) {
            return name.equals("rooms") || name.equals("except")
                    ? List.copyOf(
                            new TreeSet<>(list.stream().map(String::valueOf).toList()))
                    : list.stream().map(each -> comparable(each, "")).collect(Collectors.toList());
        }
        if (value instanceof Instant time) {
            return JavaScriptDate.json(time.getEpochSecond(), time.getNano());
        }
        return value instanceof Double number && !Double.isFinite(number) ? null : value;
    }

    @ParameterizedTest
    @MethodSource("files")
    void isNotHeardByItsSender(String file) throws Exception {
        for (Capture capture : Capture.messagesIn(file)) {
            assertNotHeard(capture);
        }
    }

    private static void assertNotHeard(Capture capture) throws MalformedMessageException {
        String sender = sender(capture);
        if (!sender.isEmpty() && !sender.equals("emitter")) {
            assertEquals(null, read(capture, sender), capture.toString());
        }
    }

    private static ClusterMessage read(Capture capture, String nodeId) throws MalformedMessageException {
        WireFormat format = format(capture, nodeId);
        return capture.cmd().equals("XADD")
                ? ((StreamsFormat) format).readEntry(capture.entry())
                : format.read(capture.channel(), capture.body());
    }

    private static WireFormat format(Capture capture, String nodeId) {
        String namespace = capture.cmd().equals("XADD")
                ? StreamsFormat.namespace(capture.entry())
                : capture.channel().split("#")[1];
        return switch (capture.file()) {
            case "classic", "emitter" -> new ClassicFormat(ClassicFormat.Options.DEFAULT, namespace, nodeId);
            case "classic-specific" ->
                new ClassicFormat(
                        new ClassicFormat.Options(
                                "socket.io", ClassicFormat.Broadcasts.BY_PATTERN, ClassicFormat.Answers.SPECIFIC),
                        namespace,
                        nodeId);
            case "sharded-static" -> sharded(ShardedFormat.RoomChannels.STATIC, namespace, nodeId);
            case "sharded-dynamic" -> sharded(ShardedFormat.RoomChannels.DYNAMIC, namespace, nodeId);
            case "sharded-dynamic-private" -> sharded(ShardedFormat.RoomChannels.DYNAMIC_PRIVATE, namespace, nodeId);
            default -> new StreamsFormat(StreamsFormat.Options.DEFAULT, namespace, nodeId);
        };
    }

    private static WireFormat sharded(ShardedFormat.RoomChannels mode, String namespace, String nodeId) {
        return new ShardedFormat(new ShardedFormat.Options("socket.io", mode), namespace, nodeId);
    }

    private static String sender(Capture capture) {
        if (capture.cmd().equals("XADD")) {
            return Utf8.text(capture.entry().get("uid"));
        }
        if (capture.decoded() instanceof List<?> broadcast) {
            return (String) broadcast.get(0);
        }
        return ((Map<?, ?>) capture.decoded()).get("uid") instanceof String uid ? uid : "";
    }

    /** The node whose own channel it is. */
    private static String asker(Capture capture) {
        String[] parts = capture.channel().split("#");
        return parts.length > 2 ? parts[2] : "";
    }

    @Test
    void saysTheSameInEveryWireFormat() throws Exception {
        String expected = STEPS;
        for (String file : List.of(
                "classic",
                "classic-specific",
                "sharded-static",
                "sharded-dynamic",
                "sharded-dynamic-private",
                "streams")) {
            assertEquals(expectedIn(file, expected), stepsIn(file), file);
        }
    }

    @Test
    void understandsTheEmitters() throws Exception {
        assertEquals(EMITTER_STEPS, stepsIn("emitter"));
        assertEquals(
                EMITTER_STEPS.replaceAll("(?m)^(socketsJoin filtered|disconnectSockets\\(true).*\n", ""),
                stepsIn("streams-emitter"));
    }

    private static String expectedIn(String file, String steps) {
        if (file.startsWith("classic")) {
            return steps;
        }
        String expected = steps.replaceAll("(?m)^allRooms: .*\n", "");
        return file.equals("streams")
                ? expected.replace(
                        "emit binary ArrayBuffer: broadcast everyone [\"bin\",{\"type\":\"Buffer\",\"data\":[7,8]}]",
                        "emit binary ArrayBuffer: broadcast everyone [\"bin\",{}]")
                : expected;
    }

    private static String stepsIn(String file) throws MalformedMessageException {
        StringBuilder steps = new StringBuilder();
        for (Capture capture : Capture.messagesIn(file)) {
            steps.append(capture.step())
                    .append(": ")
                    .append(MessageText.of(read(capture, JAVA_NODE)))
                    .append('\n');
        }
        return steps.toString();
    }

    private static final String STEPS = """
            emit to all: broadcast everyone ["hello",1,"é",{"a":[true,null],"f":1.5,"neg":-7}]
            emit to all, all js types: broadcast everyone ["types",null,null,"2024-01-02T03:04:05.000Z","2024-01-02T03:04:05.678Z",{"x":1},4294967296,-4294967297,70000,null,null]
            emit to room: broadcast to [room1] ["hello","r"]
            emit to unknown room: broadcast to [nobody] ["hello","r"]
            emit to 2 rooms: broadcast to [room1, room2] ["hello","r2"]
            emit except: broadcast to [] but [room2] ["hello","e"]
            emit to room except: broadcast to [room1] but [room2] ["hello","re"]
            socket.broadcast.emit: broadcast to [] but [<sid>] ["hello","b"]
            socket.to(room).emit: broadcast to [room1] but [<sid>] ["hello","tb"]
            emit volatile: broadcast everyone ["hello","v"] lossy
            emit compress(false): broadcast everyone ["hello","c"]
            emit binary Buffer: broadcast everyone ["bin",{"type":"Buffer","data":[1,2,3]},{"deep":{"type":"Buffer","data":[255,0]}}]
            emit binary Uint8Array: broadcast everyone ["bin",{"type":"Buffer","data":[4,5,6]}]
            emit binary ArrayBuffer: broadcast everyone ["bin",{"type":"Buffer","data":[7,8]}]
            emit namespace: broadcast everyone ["hello","nsp"]
            emit with ack: broadcast everyone ["question",42] acks within PT1S
            emit with ack: clients 1
            emit with ack: ack "ack-from-cb"
            emit with ack, binary reply: broadcast everyone ["ackbin",{"type":"Buffer","data":[1]}] acks within PT1S
            emit with ack, binary reply: clients 1
            emit with ack, binary reply: ack {"type":"Buffer","data":[9,8]}
            emit to room with ack: broadcast to [room1] ["question",43] acks within PT1S
            emit to room with ack: clients 1
            emit to room with ack: ack "ack-from-cb"
            socketsJoin: join everyone [room2]
            socketsJoin filtered 2 rooms: join to [room1] but [x] [room3, room4]
            socketsLeave: leave everyone [room2]
            fetchSockets: fetch everyone
            fetchSockets: fetched [<sid> in [<sid>, room1, room3, room4] with {"user":"u-B"}]
            fetchSockets in room: fetch to [room1]
            fetchSockets in room: fetched [<sid> in [<sid>, room1, room3, room4] with {"user":"u-B"}]
            fetchSockets data binary: fetch everyone
            fetchSockets data binary: fetched [<sid> in [<sid>, room1, room3, room4] with {"user":"u-B","bin":{"type":"Buffer","data":[5]},"d":"1970-01-01T00:00:00.000Z"}]
            remoteSocket emit/join/leave: fetch everyone
            remoteSocket emit/join/leave: fetched [<sid> in [<sid>, room1, room3, room4] with {"user":"u-B"}]
            remoteSocket emit/join/leave: broadcast to [<sid>] ["hello","remote"]
            remoteSocket emit/join/leave: join to [<sid>] [room5]
            remoteSocket emit/join/leave: leave to [<sid>] [room5]
            remoteSocket emitWithAck: fetch everyone
            remoteSocket emitWithAck: fetched [<sid> in [<sid>, room1, room3, room4] with {"user":"u-B"}]
            remoteSocket emitWithAck: broadcast to [<sid>] ["question",44] acks within PT1S
            remoteSocket emitWithAck: clients 1
            remoteSocket emitWithAck: ack "ack-from-cb"
            allRooms: list rooms
            allRooms: rooms [<sid>, room1, room3, room4]
            serverSideEmit: server event ["sse",1,"two",{"three":[3]}]
            serverSideEmit with ack: server event ["sse-ack",7] reply
            serverSideEmit with ack: server reply "b-reply-7"
            serverSideEmit binary with ack: server event ["sse-bin",{"type":"Buffer","data":[9]}] reply
            serverSideEmit binary with ack: server reply {"type":"Buffer","data":[1,2]}
            disconnectSockets none: disconnect to [nobody]
            disconnectSockets(true): disconnect everyone closing
            """;
    private static final String EMITTER_STEPS = """
            emit to all: broadcast everyone ["hello",1,"é",{"a":[true,null]}]
            emit to room: broadcast to [room1] ["hello","r"]
            emit to 2 rooms except 1: broadcast to [room1, room2] but [room3] ["hello","re"]
            emit volatile compress(false): broadcast everyone ["hello","v"] lossy
            emit binary: broadcast everyone ["bin",{"type":"Buffer","data":[1,2,3]}]
            emit namespace: broadcast everyone ["hello","nsp"]
            socketsJoin: join everyone [room1]
            socketsJoin filtered, 2 rooms: join to [room1] but [x] [room2, room3]
            socketsLeave: leave everyone [room1]
            serverSideEmit: server event ["hello",1,"2",{"c":[4]}]
            disconnectSockets: disconnect to [nobody]
            disconnectSockets(true): disconnect to [nobody] closing
            """;
}
