package io.gangway.redis.wire;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ClientAck;
import io.gangway.cluster.ClusterMessage.ClientCount;
import io.gangway.cluster.ClusterMessage.Disconnect;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.Fetched;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.cluster.ClusterMessage.ListRooms;
import io.gangway.cluster.ClusterMessage.RoomsListed;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterMessage.ServerReply;
import io.gangway.cluster.Payload;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One of each message, for each of many targets and values. */
public final class Messages {
    public static final String NODE = "0123456789abcdef";
    public static final String OTHER = "fedcba9876543210";
    public static final String REQUEST = "00112233445566ff";

    private Messages() {}

    public static List<Target> targets() {
        return List.of(
                Target.ALL,
                new Target(Set.of("room1"), Set.of()),
                new Target(Set.of("a#b *?[]\\^\"\u2028"), Set.of("x", "\ud83d")),
                new Target(Set.of("r1", "r2", ""), Set.of("42")),
                new Target(Set.of("twentycharacters_aaaa"), Set.of()),
                new Target(Set.of("socketid_AAAAAAAAAAA"), Set.of()));
    }

    /** Events, all of which begin with a name. */
    public static List<Payload> events() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("", null);
        map.put(
                "\u0000\"\\/\ud83d",
                Arrays.asList(1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 0.1, 1e20, -0.0, true, null));
        map.put("data", Map.of("type", "Buffer", "data", "no"));
        List<Payload> events = new ArrayList<>();
        events.add(new ValuePayload(List.of("hello")));
        events.add(new ValuePayload(List.of("hello", map, "é😀")));
        events.add(new ValuePayload(List.of("bin", new byte[] {1, -1}, Map.of("deep", new byte[0]))));
        events.add(new ValuePayload(List.of("deep", nested(62))));
        events.add(TextPayload.unchecked(" [ \"hello\" , {\"a\":[1,2.5e3,\"\\u00e9\\ud83d\"]} ] "));
        events.add(TextPayload.unchecked("[\"}]\\\"\\\\\",{}]"));
        return events;
    }

    public static List<Payload> values() {
        List<Payload> values = new ArrayList<>(events());
        values.add(new ValuePayload(null));
        values.add(new ValuePayload(Map.of()));
        values.add(new ValuePayload("text"));
        values.add(new ValuePayload(new byte[] {9, 8}));
        values.add(TextPayload.unchecked("null"));
        values.add(TextPayload.unchecked("-1.5e-3"));
        return values;
    }

    private static Object nested(int depth) {
        return depth == 0 ? "end" : List.of(nested(depth - 1));
    }

    /** The trace of some broadcasts. */
    private static final Map<String, String> TRACE = Map.of("traceparent", "00-1-2-01", "tracestate", "a=\"\u2028é\"");

    public static List<ClusterMessage> said() {
        List<ClusterMessage> messages = new ArrayList<>();
        for (Target target : targets()) {
            for (Payload event : events()) {
                messages.add(new Broadcast(NODE, target, event, false, "", Duration.ZERO));
                messages.add(new Broadcast(NODE, target, event, true, "", Duration.ZERO));
                messages.add(new Broadcast(NODE, target, event, false, REQUEST, Duration.ofSeconds(3)));
            }
            for (Payload event : events().subList(0, 3)) {
                messages.add(new Broadcast(NODE, target, event, false, "", Duration.ZERO, TRACE));
                messages.add(new Broadcast(NODE, target, event, true, REQUEST, Duration.ofSeconds(3), TRACE));
            }
            messages.add(new Join(NODE, target, Set.of("r", "s\ud83d")));
            messages.add(new Leave(NODE, target, Set.of()));
            messages.add(new Disconnect(NODE, target, false));
            messages.add(new Disconnect(NODE, target, true));
            messages.add(new Fetch(NODE, target, REQUEST));
        }
        for (Payload event : events()) {
            messages.add(new ServerEvent(NODE, event, ""));
            messages.add(new ServerEvent(NODE, event, REQUEST));
            messages.add(new ServerEvent(NODE, event, "", TRACE));
        }
        messages.add(new ListRooms(NODE, REQUEST));
        return messages;
    }

    public static List<ClusterMessage.Response> answers() {
        List<ClusterMessage.Response> answers = new ArrayList<>();
        for (Payload value : values()) {
            answers.add(new ServerReply(NODE, REQUEST, value));
            answers.add(new ClientAck(NODE, REQUEST, value));
            answers.add(new Fetched(NODE, REQUEST, List.of(socket("a", value), socket("b", new ValuePayload(null)))));
        }
        answers.add(new ClientCount(NODE, REQUEST, 0));
        answers.add(new ClientCount(NODE, REQUEST, 7));
        answers.add(new Fetched(NODE, REQUEST, List.of()));
        return answers;
    }

    public static final RoomsListed ROOMS = new RoomsListed(NODE, REQUEST, Set.of("a", "b\ud83d"));

    public static SocketSnapshot socket(String id, Payload data) {
        Map<String, Object> auth = new LinkedHashMap<>();
        auth.put("token", "abc");
        auth.put("none", null);
        return new SocketSnapshot(
                id,
                new SocketSnapshot.Introduction(
                        Map.of("user-agent", "x"),
                        Map.of("EIO", "4"),
                        auth,
                        "127.0.0.1",
                        Instant.parse("2026-11-22T10:00:00.123Z"),
                        "/socket.io/?EIO=4",
                        true,
                        false),
                Set.of(id, "room"),
                data);
    }

    public static List<WireFormat> formats(String namespace, String nodeId) {
        List<WireFormat> formats = new ArrayList<>();
        for (ClassicFormat.Answers answers : ClassicFormat.Answers.values()) {
            for (ClassicFormat.Broadcasts subscription : ClassicFormat.Broadcasts.values()) {
                formats.add(new ClassicFormat(
                        new ClassicFormat.Options("socket.io", subscription, answers), namespace, nodeId));
            }
        }
        for (ShardedFormat.RoomChannels mode : ShardedFormat.RoomChannels.values()) {
            formats.add(new ShardedFormat(new ShardedFormat.Options("socket.io", mode), namespace, nodeId));
        }
        formats.add(new StreamsFormat(StreamsFormat.Options.DEFAULT, namespace, nodeId));
        formats.add(new StreamsFormat(
                new StreamsFormat.Options("s", 4, "p", Subscription.Kind.SHARDED), namespace, nodeId));
        return formats;
    }
}
