package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ClientAck;
import io.gangway.cluster.ClusterMessage.ClientCount;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.Fetched;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterMessage.ServerReply;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.Payload;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.SocketSnapshot.Introduction;
import io.gangway.cluster.Target;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine makes of other nodes that are slow, silent, gone, or talk nonsense. */
class ClusterBridgeTest {
    /** For what comes to be told from what does not: longer than a busy machine may stand still. */
    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(4);

    private final FakeCluster cluster = new FakeCluster();
    private final CountDownLatch handlerMayGoOn = new CountDownLatch(1);
    private Engine engine;
    private Namespace namespace;
    private WireClient client;
    private Socket socket;

    @BeforeEach
    void start() {
        engine = Engine.builder()
                .port(0)
                .cluster(cluster)
                .limits(limits -> limits.nodeTimeout(NODE_TIMEOUT))
                .ackTimeout(ACK_TIMEOUT)
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .onServerEvent("wait", arguments -> {
                    handlerMayGoOn.await();
                    return Ack.empty();
                })
                .start();
        namespace = engine.namespace("/");
        client = WireClient.join(engine.port());
        socket = namespace.sockets().iterator().next();
    }

    @AfterEach
    void stop() {
        handlerMayGoOn.countDown();
        client.close();
        Eventually.equal(Engine.Occupancy.NONE, engine::occupancy);
        engine.close();
    }

    private static Broadcast event(String json) {
        return new Broadcast("other", Target.ALL, FakeCluster.json(json), false, "", Duration.ZERO);
    }

    private static SocketSnapshot snapshot(String id, Payload data) {
        Introduction introduction =
                new Introduction(Map.of(), Map.of(), Map.of(), "1.2.3.4", Instant.EPOCH, "/socket.io/", false, false);
        return new SocketSnapshot(id, introduction, Set.of(id), data);
    }

    @Test
    void whatABatchBringsReachesClientsInOrder() {
        Runnable end = cluster.batches().begin();
        cluster.say(event("[\"x\",1]"));
        cluster.say(event("[\"x\",2]"));
        end.run();
        client.expect("42[\"x\",1]");
        client.expect("42[\"x\",2]");
    }

    // ---- nodes that do not answer

    @Test
    void aSilentNodesSocketsAreMissingAndTheFailureTellsTheOthers() throws Exception {
        cluster.nodes(3);
        CompletableFuture<List<RemoteSocket>> fetched = namespace.fetchSockets();
        Fetch fetch = cluster.next(Fetch.class);
        cluster.say(
                new Fetched("other", fetch.requestId(), List.of(snapshot("elsewhere", FakeCluster.json("{\"a\":1}")))));

        PartialResultException partial = assertInstanceOf(
                PartialResultException.class,
                assertThrows(ExecutionException.class, () -> fetched.get(10, TimeUnit.SECONDS))
                        .getCause());
        assertEquals("timeout reached: only 1 responses received out of 2", partial.getMessage());
        assertEquals(1, partial.missingNodes());
        List<RemoteSocket> came = partial.partial(RemoteSocket.class);
        assertEquals(
                List.of(socket.id(), "elsewhere"),
                came.stream().map(RemoteSocket::id).toList());
        assertEquals(1L, came.get(1).data(Map.class).orElseThrow().get("a"));
        cluster.say(new Fetched("late", fetch.requestId(), List.of()));
    }

    @Test
    void aNodeThatAnswersTwiceCountsOnce() throws Exception {
        cluster.nodes(3);
        CompletableFuture<List<RemoteSocket>> fetched = namespace.fetchSockets();
        Fetch fetch = cluster.next(Fetch.class);
        for (String node : List.of("one", "one", "two")) {
            cluster.say(new Fetched(node, fetch.requestId(), List.of(snapshot(node, FakeCluster.json("null")))));
        }
        List<RemoteSocket> all = fetched.get(10, TimeUnit.SECONDS);
        assertEquals(
                List.of(socket.id(), "one", "two"),
                all.stream().map(RemoteSocket::id).toList());
        assertTrue(all.get(1).data(Object.class).isEmpty());
    }

    @Test
    void nodesThatDoNotSayWhoTheyAreAreCountedByTheirAnswers() throws Exception {
        cluster.nodes(3);
        CompletableFuture<List<Arguments>> replies = namespace.serverSideEmitWithAck("x");
        ServerEvent asked = cluster.next(ServerEvent.class);
        assertEquals("[\"x\"]", asked.event().json());
        cluster.say(new ServerReply("", asked.requestId(), FakeCluster.json("\"same\"")));
        cluster.say(new ServerReply("", asked.requestId(), FakeCluster.json("\"same\"")));
        assertEquals(2, replies.get(10, TimeUnit.SECONDS).size());
    }

    @Test
    void aClusterThatIsAwayFailsRequestsAtOnceAndTellsOfThisNode() {
        cluster.goAway();
        Throwable failure = assertThrows(
                        ExecutionException.class, () -> namespace.fetchSockets().get(10, TimeUnit.SECONDS))
                .getCause();
        assertInstanceOf(ClusterUnavailableException.class, failure.getCause());
        assertEquals(
                socket.id(),
                ((PartialResultException) failure)
                        .partial(RemoteSocket.class)
                        .get(0)
                        .id());
        assertThrows(
                ExecutionException.class,
                () -> namespace.serverSideEmitWithAck("x").get(10, TimeUnit.SECONDS));
        assertThrows(ExecutionException.class, () -> namespace.allRooms().get(10, TimeUnit.SECONDS));
        assertThrows(ExecutionException.class, () -> namespace.nodeCount().get(10, TimeUnit.SECONDS));
    }

    @Test
    void thisNodesClientsAreServedWhileTheClusterIsAway() throws Exception {
        cluster.goAway();
        namespace.emit("x", 1);
        client.expect("42[\"x\",1]");
        namespace.socketsJoin("room");
        assertEquals(Set.of(socket.id(), "room"), socket.rooms());
        namespace.serverSideEmit("nobody hears it");

        CompletableFuture<Replies> replies = namespace.emitWithAck("y");
        String packet = client.next();
        client.send("43" + packet.substring(2, packet.indexOf('[')) + "[\"yes\"]");
        Replies partial = replies.get(10, TimeUnit.SECONDS);
        assertEquals("yes", partial.received().get(0).get(0, String.class));
        assertEquals(1, partial.missingNodes());
        namespace.disconnectSockets();
        client.expect("41");
    }

    @Test
    void requestsFailWhenTheLinkBreaks() throws Exception {
        cluster.nodes(2);
        CompletableFuture<List<RemoteSocket>> fetched =
                namespace.timeout(Duration.ofMinutes(1)).fetchSockets();
        cluster.next(Fetch.class);
        cluster.inbound().linkChanged(false);
        assertThrows(ExecutionException.class, () -> fetched.get(10, TimeUnit.SECONDS));
    }

    @Test
    void tenThousandRequestsToASilentNodeLeaveNothingBehind() throws Exception {
        cluster.nodes(2);
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            asked.add(i % 2 == 0 ? namespace.fetchSockets() : namespace.serverSideEmitWithAck("x"));
        }
        for (CompletableFuture<?> request : asked) {
            assertThrows(ExecutionException.class, () -> request.get(10, TimeUnit.SECONDS));
        }
        Eventually.equal(0, () -> engine.occupancy().requests());
    }

    @Test
    void aRequestThatTheApplicationGivesUpIsForgotten() throws Exception {
        cluster.nodes(2);
        CompletableFuture<List<RemoteSocket>> fetched = namespace.fetchSockets();
        cluster.next(Fetch.class);
        fetched.cancel(false);
        assertEquals(0, engine.occupancy().requests());
    }

    // ---- broadcasts with acks

    @Test
    void clientsOfOtherNodesThatDoNotAnswerAreCounted() throws Exception {
        cluster.nodes(3);
        CompletableFuture<Replies> replies = namespace.to("elsewhere").emitWithAck("x");
        Broadcast asked = cluster.next(Broadcast.class);
        assertEquals(ACK_TIMEOUT, asked.timeout());
        cluster.say(new ClientCount("other", asked.requestId(), 3));
        cluster.say(new ClientAck("other", asked.requestId(), FakeCluster.json("[1]")));
        Replies partial = replies.get(10, TimeUnit.SECONDS);
        assertEquals(2, partial.missingElsewhere());
        assertEquals(1, partial.missingNodes());
        assertEquals(List.of(List.of(1L)), partial.received().get(0).values());
    }

    @Test
    void aNodeMoreThanWasCountedDoesNotHoldTheAnswerUp() throws Exception {
        cluster.nodes(2);
        CompletableFuture<Replies> replies =
                namespace.to("elsewhere").timeout(Duration.ofMinutes(1)).emitWithAck("x");
        Broadcast asked = cluster.next(Broadcast.class);
        cluster.say(new ClientAck("joined just now", asked.requestId(), FakeCluster.json("2")));
        cluster.say(new ClientCount("joined just now", asked.requestId(), 1));
        cluster.say(new ClientCount("other", asked.requestId(), 0));
        assertTrue(replies.get(10, TimeUnit.SECONDS).isComplete());
    }

    @Test
    void theAnswersOfThisNodesClientsGoToTheNodeThatAsked() throws Exception {
        cluster.say(new Broadcast(
                "other", Target.ALL, FakeCluster.json("[\"x\",1]"), false, "request", Duration.ofMinutes(1)));
        assertEquals(1, cluster.next(ClientCount.class).clients());
        String packet = client.next();
        assertTrue(packet.matches("42\\d+\\[\"x\",1]"), packet);
        client.send("43" + packet.substring(2, packet.indexOf('[')) + "[\"yes\",2]");
        ClientAck ack = cluster.next(ClientAck.class);
        assertEquals("request", ack.requestId());
        assertEquals("\"yes\"", ack.value().json());
        Eventually.equal(0, () -> engine.occupancy().acks());
    }

    @Test
    void nodesThatHaveNobodyToAskSaySo() throws Exception {
        Target nobody = new Target(Set.of("nobody's"), Set.of());
        cluster.say(new Broadcast("other", nobody, FakeCluster.json("[\"x\"]"), false, "request", NODE_TIMEOUT));
        assertEquals(0, cluster.next(ClientCount.class).clients());
    }

    @Test
    void anAnswerThatDoesNotComeIsForgottenWhenTheAskersTimeIsUp() throws Exception {
        cluster.say(new Broadcast(
                "other", Target.ALL, FakeCluster.json("[\"x\"]"), false, "request", Duration.ofMillis(50)));
        assertEquals(1, cluster.next(ClientCount.class).clients());
        Eventually.equal(0, () -> engine.occupancy().acks());
        client.send("43" + client.next().replaceAll("\\D", "").substring(2) + "[\"late\"]");
        client.send("420[\"echo\"]").expect("430[]");
        assertTrue(cluster.isSilent());
    }

    // ---- what makes no sense

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "{}",
                "[]",
                "[null]",
                "[{}]",
                "[\"x\",]",
                "[\"x\",\u0000]",
                "[\"x\",NaN]",
                "[\"x\",'single']",
                "[\"x\",TRUE]",
                "[\"x\"]]",
                "[\"connect\"]",
                "[\"disconnect\",1]"
            })
    void anEventThatNoClientCouldReadReachesNone(String json) {
        assertThrows(IllegalArgumentException.class, () -> cluster.say(event(json)));
        cluster.say(event("[\"sound\"]"));
        client.expect("42[\"sound\"]");
    }

    static List<Object> unusableValues() {
        return Arrays.asList(
                "not an array",
                List.of(),
                Arrays.asList((Object) null),
                List.of(List.of("name")),
                List.of("connect"),
                List.of("x", new Object() {}));
    }

    @ParameterizedTest
    @MethodSource("unusableValues")
    void anEventOfUnusableValuesReachesNone(Object values) {
        Broadcast broadcast = new Broadcast("other", Target.ALL, FakeCluster.values(values), false, "", Duration.ZERO);
        assertThrows(IllegalArgumentException.class, () -> cluster.say(broadcast));
        cluster.say(event("[\"sound\"]"));
        client.expect("42[\"sound\"]");
    }

    @Test
    void anEventForNobodyHereIsNotEvenRead() {
        Target nobody = new Target(Set.of("nobody's", "either"), Set.of());
        cluster.say(new Broadcast("other", nobody, FakeCluster.json("nonsense"), false, "", Duration.ZERO));
    }

    @Test
    void anAnswerThatMakesNoSenseIsRefusedAndTheRequestGoesOn() throws Exception {
        cluster.nodes(2);
        CompletableFuture<List<Arguments>> replies = namespace.serverSideEmitWithAck("x");
        String request = cluster.next(ServerEvent.class).requestId();
        assertThrows(
                IllegalArgumentException.class,
                () -> cluster.say(new ServerReply("other", request, FakeCluster.json("1,2"))));
        cluster.say(new ServerReply("other", "another request", FakeCluster.json("0")));
        cluster.say(new ServerReply("other", request, FakeCluster.json("3")));
        assertEquals(3, replies.get(10, TimeUnit.SECONDS).get(0).get(0, Integer.class));
    }

    // ---- rooms that an application names

    @Test
    void aRoomNamedTwiceIsNamedOnceToTheOtherNodesToo() throws Exception {
        namespace.socketsJoin("d", "d", "e");
        assertEquals(Set.of(socket.id(), "d", "e"), socket.rooms());
        assertEquals(Set.of("d", "e"), cluster.next(Join.class).rooms());
        namespace.to("d", "d").except("x", "x").socketsLeave("d", "d");
        assertEquals(Set.of(socket.id(), "e"), socket.rooms());
        Leave leave = cluster.next(Leave.class);
        assertEquals(Set.of("d"), leave.rooms());
        assertEquals(new Target(Set.of("d"), Set.of("x")), leave.target());
    }

    @ParameterizedTest
    @MethodSource("roomsThatCannotBeEntered")
    void roomsThatCannotBeEnteredAreRefusedBeforeAnythingHappens(String bad, Class<? extends Exception> failure) {
        String[] rooms = {"fine", bad, "fine"};
        socket.join("fine");
        RemoteSocket remote = RemoteSocket.of(socket);
        for (Executable use : List.<Executable>of(
                () -> namespace.socketsJoin(rooms),
                () -> namespace.socketsLeave(rooms),
                () -> namespace.to("fine").socketsJoin(rooms),
                () -> remote.join(rooms),
                () -> remote.leave(rooms),
                () -> socket.join(rooms),
                () -> socket.joinConfirmed(rooms),
                () -> socket.leave(rooms))) {
            assertThrows(failure, use);
        }
        assertEquals(Set.of(socket.id(), "fine"), socket.rooms());
        assertTrue(cluster.isSilent());
    }

    static Stream<Object[]> roomsThatCannotBeEntered() {
        return Stream.of(
                new Object[] {null, NullPointerException.class},
                new Object[] {"", IllegalArgumentException.class},
                new Object[] {"user:42", IllegalArgumentException.class});
    }

    @Test
    void roomsWithoutANameCannotBeChosen() {
        for (String[] rooms : List.of(new String[] {"a", null}, new String[] {null})) {
            assertThrows(NullPointerException.class, () -> namespace.to(rooms));
            assertThrows(NullPointerException.class, () -> namespace.except(rooms));
            assertThrows(NullPointerException.class, () -> socket.to(rooms));
        }
        assertThrows(IllegalArgumentException.class, () -> namespace.to("a", ""));
        assertThrows(IllegalArgumentException.class, () -> socket.except(""));
    }

    @Test
    void aUserIsChosenBesideRoomsAndUnderTheNameOfTheirRoom() throws Exception {
        namespace.to("a").user("42").emit("x");
        assertEquals(
                new Target(Set.of("a", "user:42"), Set.of()),
                cluster.next(Broadcast.class).target());
        namespace.to("user:42").emit("x");
        assertEquals(
                new Target(Set.of("user:42"), Set.of()),
                cluster.next(Broadcast.class).target());
    }

    // ---- what other nodes may do

    @Test
    void anotherServerMayPutASocketIntoAUsersRoom() {
        cluster.say(new Join("other", Target.ALL, Set.of("user:ada")));
        assertEquals(Set.of(socket.id(), "user:ada"), socket.rooms());
    }

    @Test
    void serversThatTellMoreThanIsHandledAreToldSo() throws Exception {
        for (int i = 0; i < 1_100; i++) {
            cluster.say(new ServerEvent("other", FakeCluster.json("[\"wait\"]"), "request " + i));
        }
        ServerReply refused = cluster.next(ServerReply.class);
        assertEquals(
                "{\"status\":\"error\",\"message\":\"Too many server events are waiting\"}",
                refused.value().json());
        handlerMayGoOn.countDown();
        for (int i = 1; i < 1_100; i++) {
            assertInstanceOf(ClusterMessage.class, cluster.next(ServerReply.class));
        }
    }

    @Test
    void aServerEventThatNobodyHandlesGetsNoAnswerAndOneWarning() throws Exception {
        handlerMayGoOn.countDown();
        try (CapturedLog log = new CapturedLog()) {
            cluster.say(new ServerEvent("other", FakeCluster.json("[\"weit\"]"), "unhandled"));
            cluster.say(new ServerEvent("other", FakeCluster.json("[\"weit\"]"), ""));
            cluster.say(new ServerEvent("other", FakeCluster.json("[\"wait\"]"), "handled"));
            assertEquals("handled", cluster.next(ServerReply.class).requestId());
            assertEquals(1, log.complaints().lines().count(), log.text());
            assertTrue(
                    log.text().contains("/ has no handler for the server event \"weit\"; it has [wait]:"), log.text());
        }
    }

    @Test
    void aFilterDecidesWhatOtherNodesSeeOfAHandshake() throws Exception {
        FakeCluster open = new FakeCluster();
        try (Engine sharing = Engine.builder()
                        .port(0)
                        .cluster(open)
                        .shareHandshake(handshake -> handshake)
                        .start();
                WireClient known = WireClient.open(sharing.port(), "Cookie", "a=b")) {
            known.send("40{\"token\":\"t\"}").expectConnected();
            open.say(new Fetch("other", Target.ALL, "request"));
            Introduction seen = open.next(Fetched.class).sockets().get(0).handshake();
            assertEquals("a=b", seen.headers().get("cookie"));
            assertEquals(Map.of("token", "t"), seen.auth());
        }
    }

    @Test
    void aFilterThatFailsSharesNoSecret() throws Exception {
        FakeCluster closed = new FakeCluster();
        try (Engine failing = Engine.builder()
                        .port(0)
                        .cluster(closed)
                        .shareHandshake(handshake -> {
                            throw new IllegalStateException("broken filter");
                        })
                        .start();
                WireClient known = WireClient.open(failing.port(), "Authorization", "Bearer t")) {
            known.send("40{\"token\":\"t\"}").expectConnected();
            closed.say(new Fetch("other", Target.ALL, "request"));
            Introduction seen = closed.next(Fetched.class).sockets().get(0).handshake();
            assertTrue(seen.auth().isEmpty());
            assertTrue(!seen.headers().containsKey("authorization"));
        }
    }
}
