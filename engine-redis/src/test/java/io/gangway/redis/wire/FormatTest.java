package io.gangway.redis.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Disconnect;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.Fetched;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Where messages go in each wire format, what a node subscribes to, and which deviations of other senders are
 * accepted.
 */
class FormatTest {
    private static final String ME = "0123456789abcdef";

    @Test
    void classicListensByAPatternAndIsCountedLast() {
        assertEquals(
                List.of(
                        "PATTERN socket.io#/chat#*",
                        "CHANNEL socket.io-response#/chat#",
                        "CHANNEL socket.io-response#/chat#" + ME + "#",
                        "CHANNEL socket.io-request#/chat#"),
                told(classic("/chat").subscriptions()));
        assertEquals("socket.io-request#/chat#", classic("/chat").counted().channel());
        assertNull(classic("/chat").subscription("room"));
    }

    @Test
    void classicListensToItsRoomsOneByOneIfItIsToldTo() {
        WireFormat rooms = new ClassicFormat(
                new ClassicFormat.Options("key", ClassicFormat.Broadcasts.BY_ROOM, ClassicFormat.Answers.SHARED),
                "/",
                ME);
        assertEquals("CHANNEL key#/#", told(rooms.subscriptions()).get(0));
        assertEquals(new Subscription(Subscription.Kind.CHANNEL, "key#/#room#"), rooms.subscription("room"));
    }

    @Test
    void classicsPatternMatchesItsNamespaceAlone() {
        assertEquals(
                "socket.io#/\\[x\\]\\*\\?\\\\\\^#*",
                classic("/[x]*?\\^").subscriptions().get(0).channel());
    }

    @Test
    void classicNamesTheRoomOfABroadcastInItsChannel() {
        WireFormat format = classic("/");
        assertEquals("socket.io#/#a#b#", channel(format.publish(broadcast(new Target(Set.of("a#b"), Set.of("c"))))));
        assertEquals("socket.io#/#", channel(format.publish(broadcast(new Target(Set.of("a", "b"), Set.of())))));
        assertEquals("socket.io#/#", channel(format.publish(broadcast(Target.ALL))));
        assertEquals("a#b", format.room("socket.io#/#a#b#"));
        assertEquals(null, format.room("socket.io#/#"));
        assertEquals(null, format.room("socket.io-request#/#"));
    }

    @Test
    void classicTakesABroadcastForItsNamespaceAlone() throws Exception {
        byte[] body = ((OutgoingMessage.Publish)
                        new ClassicFormat(ClassicFormat.Options.DEFAULT, "/", "other").publish(broadcast(Target.ALL)))
                .body();
        assertTrue(classic("/").read("socket.io#/#", body) instanceof Broadcast);
        assertNull(classic("/x").read("socket.io#/x#", body));
        // of a sender that omits nsp
        Object packet = Map.of("type", 2, "data", List.of("a"));
        Object opts = Map.of("rooms", List.of(42, "b"));
        byte[] bare = MessagePackWriter.write(List.of("x", packet, opts));
        assertEquals(
                Set.of("42", "b"),
                ((Broadcast) classic("/").read("socket.io#/#", bare)).target().rooms());
        assertNull(classic("/x").read("socket.io#/x#", bare));
    }

    @Test
    void classicTakesPacketsOfSendersBeforeVersion3() throws Exception {
        Object packet = Map.of("type", 5, "data", List.of("a", new byte[] {1}));
        byte[] body = MessagePackWriter.write(List.of("x", packet, Map.of()));
        Broadcast broadcast = (Broadcast) classic("/").read("socket.io#/#", body);
        assertTrue(broadcast.event().hasBinary());
        assertEquals(Target.ALL, broadcast.target());
        byte[] ack = MessagePackWriter.write(List.of("x", Map.of("type", 3, "data", List.of("a")), Map.of()));
        assertThrows(MalformedMessageException.class, () -> classic("/").read("socket.io#/#", ack));
    }

    @Test
    void classicUnderstandsRequestsOfFormerAdapters() throws Exception {
        assertEquals(
                new Join("", new Target(Set.of("s"), Set.of()), Set.of("7")),
                request("{\"type\":2,\"sid\":\"s\",\"room\":7,\"requestId\":\"q\"}"));
        assertEquals(
                new Disconnect("", new Target(Set.of("s"), Set.of()), true),
                request("{\"type\":4,\"sid\":\"s\",\"close\":true,\"requestId\":\"q\"}"));
        Fetch fetch = (Fetch) request("{\"type\":0,\"rooms\":[\"a\"],\"requestId\":\"q\"}");
        assertEquals(new Target(Set.of("a"), Set.of()), fetch.target());
        OutgoingMessage answer = classic("/")
                .respond(
                        "",
                        new Fetched(ME, fetch.requestId(), List.of(Messages.socket("sid", new ValuePayload(null)))));
        assertEquals(
                "{\"requestId\":\"q\",\"sockets\":[\"sid\"],\"uid\":\"" + ME + "\"}",
                Utf8.text(((OutgoingMessage.Publish) answer).body()));
    }

    @Test
    void classicConfirmsWhatFormerAdaptersWaitForWhereItAnswers() throws Exception {
        byte[] former = Utf8.bytes("{\"uid\":\"x\",\"type\":3,\"sid\":\"s\",\"room\":\"a\",\"requestId\":\"q\"}");
        WireFormat specific = new ClassicFormat(
                new ClassicFormat.Options(
                        "socket.io", ClassicFormat.Broadcasts.BY_PATTERN, ClassicFormat.Answers.SPECIFIC),
                "/",
                ME);
        var confirmation = specific.confirmation(specific.read("socket.io-request#/#", former), former);
        assertEquals("s", confirmation.socket());
        assertEquals("socket.io-response#/#x#", channel(confirmation.response()));
        assertEquals(
                "{\"requestId\":\"q\",\"uid\":\"" + ME + "\"}",
                Utf8.text(((OutgoingMessage.Publish) confirmation.response()).body()));
        for (String json : List.of(
                "{\"uid\":\"x\",\"type\":3,\"sid\":\"s\",\"room\":\"a\"}",
                "{\"uid\":\"x\",\"type\":3,\"opts\":{\"rooms\":[\"s\"],\"except\":[]},\"rooms\":[\"a\"],\"requestId\":\"q\"}",
                "{\"uid\":\"x\",\"type\":1,\"requestId\":\"q\"}")) {
            assertNull(classic("/").confirmation(request(json), Utf8.bytes(json)), json);
        }
    }

    @Test
    void classicGivesBinaryDataInJsonBackAsSuch() throws Exception {
        ServerEvent event = (ServerEvent)
                request("{\"uid\":\"x\",\"type\":6,\"data\":[\"e\",{\"type\":\"Buffer\",\"data\":[1,255]},"
                        + "{\"type\":\"Buffer\",\"data\":[256]},{\"type\":\"Buffer\",\"data\":[1],\"more\":1}]}");
        List<?> values = (List<?>) event.event().value();
        assertArrayEquals(new byte[] {1, -1}, (byte[]) values.get(1));
        assertEquals(Map.of("type", "Buffer", "data", List.of(256L)), values.get(2));
        assertEquals(3, ((Map<?, ?>) values.get(3)).size());
    }

    @Test
    void classicAnswersWhereItIsTold() {
        WireFormat specific = new ClassicFormat(
                new ClassicFormat.Options(
                        "socket.io", ClassicFormat.Broadcasts.BY_PATTERN, ClassicFormat.Answers.SPECIFIC),
                "/",
                ME);
        var count = new ClusterMessage.ClientCount(ME, "q", 1);
        var reply = new ClusterMessage.ServerReply(ME, "q", new ValuePayload(1L));
        assertEquals("socket.io-response#/#", channel(classic("/").respond("asker", count)));
        assertEquals("socket.io-response#/#asker#", channel(specific.respond("asker", count)));
        assertEquals("socket.io-response#/#", channel(specific.respond("", count)));
        assertEquals("socket.io-response#/#", channel(specific.respond("asker", reply)));
    }

    @Test
    void shardedGivesEachRoomAChannelAsItsModeSays() {
        String privateRoom = "abcdefghijklmnopqrst";
        for (String[] row : new String[][] {
            {"STATIC", "socket.io#/#", "socket.io#/#"},
            {"DYNAMIC", "socket.io#/#room#", "socket.io#/#"},
            {"DYNAMIC_PRIVATE", "socket.io#/#room#", "socket.io#/#" + privateRoom + "#"}
        }) {
            WireFormat format = new ShardedFormat(
                    new ShardedFormat.Options("socket.io", ShardedFormat.RoomChannels.valueOf(row[0])), "/", ME);
            assertEquals(row[1], channel(format.publish(broadcast(new Target(Set.of("room"), Set.of("x"))))), row[0]);
            assertEquals(row[2], channel(format.publish(broadcast(new Target(Set.of(privateRoom), Set.of())))), row[0]);
            assertEquals("socket.io#/#", channel(format.publish(broadcast(new Target(Set.of("a", "b"), Set.of())))));
            assertEquals(
                    "socket.io#/#",
                    channel(format.publish(new Broadcast(
                            ME, new Target(Set.of("room"), Set.of()), EVENT, false, "q", Duration.ofSeconds(1)))));
            for (String room : List.of("room", privateRoom)) {
                Subscription subscription = format.subscription(room);
                String heard = subscription == null ? "socket.io#/#" : subscription.channel();
                assertEquals(heard, channel(format.publish(broadcast(new Target(Set.of(room), Set.of())))), row[0]);
            }
            assertEquals(
                    List.of("SHARDED socket.io#/#" + ME + "#", "SHARDED socket.io#/#"), told(format.subscriptions()));
        }
    }

    @Test
    void shardedTakesNothingButAnswersOnItsOwnChannel() throws Exception {
        WireFormat format = new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", ME);
        byte[] join = Utf8.bytes("{\"type\":4,\"data\":{\"opts\":{},\"rooms\":[\"a\"]},\"uid\":\"x\",\"nsp\":\"/\"}");
        byte[] count = Utf8.bytes(
                "{\"type\":11,\"data\":{\"requestId\":\"q\",\"clientCount\":2},\"uid\":\"x\",\"nsp\":\"/\"}");
        assertThrows(MalformedMessageException.class, () -> format.read("socket.io#/#" + ME + "#", join));
        assertEquals(new Join("x", Target.ALL, Set.of("a")), format.read("socket.io#/#", join));
        assertEquals(new ClusterMessage.ClientCount("x", "q", 2), format.read("socket.io#/#" + ME + "#", count));
        assertEquals(new ClusterMessage.ClientCount("x", "q", 2), format.read("socket.io#/#", count));
    }

    @Test
    void clusterAdaptersMessagesMayComeInAnyOrderAndWithMoreInThem() throws Exception {
        WireFormat format = new ShardedFormat(ShardedFormat.Options.DEFAULT, "/é", ME);
        String json =
                "{ \"nsp\" : \"\\/\\u00e9\" , \"more\":[{\"]\":\"}\"}], \"data\":{\"opts\":{\"except\":null,\"rooms\":[1.5,7],"
                        + "\"flags\":null},\"packet\":{\"nsp\":\"/\",\"data\":[\"e\",\"\\\"]}\"],\"type\":2,\"id\":3}},\"type\":3,\"uid\":\"x\"}\n";
        Broadcast broadcast = (Broadcast) format.read("socket.io#/é#", Utf8.bytes(json));
        assertEquals("[\"e\",\"\\\"]}\"]", broadcast.event().json());
        assertEquals(List.of("e", "\"]}"), broadcast.event().value());
        assertEquals(new Target(Set.of("1.5", "7"), Set.of()), broadcast.target());
        assertNull(format.read("socket.io#/é#", Utf8.bytes(json.replace("\"x\"", "\"" + ME + "\""))));
        assertNull(format.read("socket.io#/é#", Utf8.bytes(json.replace("u00e9", "u00e8"))));
        for (int heartbeat : List.of(1, 2, 13)) {
            assertNull(format.read(
                    "socket.io#/é#", Utf8.bytes("{\"type\":" + heartbeat + ",\"uid\":\"x\",\"nsp\":\"/é\"}")));
        }
    }

    @Test
    void streamsKeepsWhatIsToBeDoneAndPublishesWhatIsAsked() {
        WireFormat format = new StreamsFormat(StreamsFormat.Options.DEFAULT, "/", ME);
        assertEquals(
                List.of("STREAM socket.io", "CHANNEL socket.io#/#" + ME + "#", "CHANNEL socket.io#/#"),
                told(format.subscriptions()));
        OutgoingMessage.Append add = (OutgoingMessage.Append) format.publish(broadcast(Target.ALL));
        Map<String, String> fields = new LinkedHashMap<>();
        add.fields().forEach((name, value) -> fields.put(name, Utf8.text(value)));
        assertEquals(
                "{uid=" + ME + ", nsp=/, type=3, data={\"packet\":{\"type\":2,\"data\":[\"e\",1]},"
                        + "\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}}",
                fields.toString());
        assertTrue(format.publish(new Fetch(ME, Target.ALL, "q")) instanceof OutgoingMessage.Publish);
        assertTrue(format.publish(new ServerEvent(ME, EVENT, "")) instanceof OutgoingMessage.Publish);
    }

    @Test
    void namespacesAreSpreadOverStreamsAsByTheNodeAdapter() {
        StreamsFormat.Options four = new StreamsFormat.Options("socket.io", 4, "socket.io", Subscription.Kind.CHANNEL);
        StreamsFormat forgotten = new StreamsFormat(four, "/notifications", ME);
        assertEquals("STREAM socket.io--3", told(forgotten.subscriptions()).get(0));
        assertEquals("socket.io--3", ((OutgoingMessage.Append) forgotten.publish(broadcast(Target.ALL))).stream());
        assertTrue(forgotten.isUnreadByNode());
        StreamsFormat root = new StreamsFormat(four, "/", ME);
        assertEquals("STREAM socket.io-3", told(root.subscriptions()).get(0));
        assertFalse(root.isUnreadByNode());
    }

    @Test
    void toldLittleOfASocketTheRestIsEmpty() throws Exception {
        WireFormat format = new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", ME);
        SocketSnapshot bare = socket(format, "{\"id\":\"a\"}");
        assertEquals(Set.of(), bare.rooms());
        assertEquals("null", bare.data().json());
        assertEquals(
                new SocketSnapshot.Introduction(Map.of(), Map.of(), Map.of(), "", Instant.EPOCH, "", false, false),
                bare.handshake());
        SocketSnapshot odd = socket(
                format,
                "{\"id\":\"a\",\"rooms\":[7],\"data\":{\"n\":7},\"handshake\":{\"headers\":{\"set-cookie\":[\"a\",\"b\"],\"x\":null,\"n\":1},"
                        + "\"query\":{\"q\":[\"1\",\"2\"]},\"auth\":null,\"issued\":5}}");
        assertEquals(Map.of("set-cookie", "a, b", "n", "1"), odd.handshake().headers());
        assertEquals(Map.of("q", "1"), odd.handshake().query());
        assertEquals(Instant.ofEpochMilli(5), odd.handshake().time());
        assertEquals(Map.of("n", 7L), odd.data().value());
        assertThrows(MalformedMessageException.class, () -> socket(format, "{}"));
    }

    private static SocketSnapshot socket(WireFormat format, String json) throws MalformedMessageException {
        return ((Fetched) format.read(
                        "socket.io#/#" + ME + "#",
                        Utf8.bytes("{\"type\":8,\"data\":{\"requestId\":\"q\",\"sockets\":[" + json
                                + "]},\"uid\":\"x\",\"nsp\":\"/\"}")))
                .sockets()
                .get(0);
    }

    private static final ValuePayload EVENT = new ValuePayload(List.of("e", 1L));

    private static Broadcast broadcast(Target target) {
        return new Broadcast(ME, target, EVENT, false, "", Duration.ZERO);
    }

    private static ClassicFormat classic(String namespace) {
        return new ClassicFormat(ClassicFormat.Options.DEFAULT, namespace, ME);
    }

    private static ClusterMessage request(String json) throws MalformedMessageException {
        return classic("/").read("socket.io-request#/#", Utf8.bytes(json));
    }

    @Test
    void aTraceIsAMapOfTextsAndNothingElse() throws Exception {
        assertEquals(Map.of("traceparent", "00-1-2-01"), traced("{\"traceparent\":\"00-1-2-01\"}"));
        for (String none : List.of(
                "null", "1", "\"00-1-2-01\"", "[]", "{}", "{\"a\":1}", "{\"a\":\"" + "x".repeat(20_000) + "\"}")) {
            assertEquals(Map.of(), traced(none), none.substring(0, Math.min(20, none.length())));
        }
    }

    private static Map<String, String> traced(String trace) throws MalformedMessageException {
        String body = "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":3,\"data\":{\"packet\":{\"type\":2,\"data\":[\"e\"]},"
                + "\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{},\"trace\":" + trace + "}}}";
        WireFormat sharded =
                new ShardedFormat(new ShardedFormat.Options("socket.io", ShardedFormat.RoomChannels.DYNAMIC), "/", ME);
        return ((Broadcast) sharded.read("socket.io#/#", Utf8.bytes(body))).trace();
    }

    @Test
    void roomsAreAListOfNamesAndNothingElse() throws Exception {
        assertEquals(
                List.of("a", "b\"", "c"),
                JsonFields.read("{\"rooms\":[ \"a\" ,\"b\\\"\",\"c\" ]}").value("rooms"));
        assertEquals(List.of(), JsonFields.read("{\"rooms\":[ ]}").value("rooms"));
        assertEquals(List.of("a", 1L), JsonFields.read("{\"rooms\":[\"a\",1]}").value("rooms"));
        for (String wrong : List.of("[\"a\",]", "[\"a\" \"b\"]", "[,\"a\"]", "[\"a\",,\"b\"]", "[\"a\":\"b\"]")) {
            JsonFields fields = JsonFields.read("{\"rooms\":" + wrong + "}");
            assertThrows(MalformedMessageException.class, () -> fields.value("rooms"), wrong);
        }
    }

    private static String channel(OutgoingMessage outgoing) {
        return ((OutgoingMessage.Publish) outgoing).channel();
    }

    private static List<String> told(List<Subscription> subscriptions) {
        return subscriptions.stream()
                .map(each -> each.kind() + " " + each.channel())
                .toList();
    }
}
