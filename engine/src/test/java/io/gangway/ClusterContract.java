package io.gangway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.cluster.Cluster;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every cluster does: two engines, A with the clients 0 and 1, B with 2 and 3; the clients 0 and 2 are in the room
 * even, 1 and 3 in odd. A backend's test extends this, says how to make a node, and adds nothing of its own.
 */
public abstract class ClusterContract {
    private static final Duration PATIENCE = WireClient.PATIENCE;

    private final BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heardByA = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heardByB = new LinkedBlockingQueue<>();
    private final List<WireClient> clients = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private Engine engineA;
    private Engine engineB;
    private Namespace a;
    private Namespace b;

    /** The cluster's next node. */
    protected abstract Cluster newNode() throws Exception;

    @BeforeEach
    void start() throws Exception {
        engineA = engine(heardByA);
        engineB = engine(heardByB);
        a = engineA.namespace("/");
        b = engineB.namespace("/");
        awaitNodes(2);
        for (int i = 0; i < 4; i++) {
            Engine home = i < 2 ? engineA : engineB;
            clients.add(WireClient.open(home.port(), "Cookie", "secret=1"));
            clients.get(i).send("40{\"token\":\"secret\"}").expectConnected();
            sockets.add(connected.poll(10, TimeUnit.SECONDS));
            sockets.get(i).joinConfirmed(i % 2 == 0 ? "even" : "odd").get(10, TimeUnit.SECONDS);
        }
    }

    private Engine engine(BlockingQueue<String> heard) throws Exception {
        return Engine.builder()
                .port(0)
                .cluster(newNode())
                .ackTimeout(PATIENCE)
                .namespace("/")
                .onConnect(connected::add)
                .onServerEvent("news", arguments -> {
                    heard.add(String.valueOf(arguments.values()));
                    return Ack.of("thanks for " + arguments.size());
                })
                .onServerEvent("bytes", arguments -> Ack.of((Object) arguments.get(0, byte[].class)))
                .onServerEvent("broken", arguments -> {
                    throw new EngineException("No such thing", Map.of("id", 7));
                })
                .namespace("/lonely", lonely -> {})
                .namespaces(Pattern.compile("/rule-\\d+"), rule -> rule.onConnect(connected::add))
                .start();
    }

    private void awaitNodes(int nodes) {
        Eventually.equal(nodes, () -> countOf(a));
        Eventually.equal(nodes, () -> countOf(b));
    }

    private static int countOf(Namespace namespace) {
        return namespace.nodeCount().exceptionally(away -> -1).join();
    }

    @AfterEach
    void stop() {
        clients.forEach(WireClient::close);
        for (Engine engine : List.of(engineA, engineB)) {
            Eventually.equal(
                    0, () -> engine.occupancy().sockets() + engine.occupancy().acks());
            Eventually.equal(0, () -> engine.occupancy().requests());
        }
        engineA.close();
        engineB.close();
    }

    /** Asserts that a packet comes to these clients, once, and to no other. */
    private void assertReached(String packet, int... receivers) {
        a.emit("end a");
        b.emit("end b");
        for (int i = 0; i < clients.size(); i++) {
            int number = i;
            boolean receives = Arrays.stream(receivers).anyMatch(receiver -> receiver == number);
            Set<String> expected = new TreeSet<>(Set.of("42[\"end a\"]", "42[\"end b\"]"));
            if (receives) {
                expected.add(packet);
            }
            Set<String> came = new TreeSet<>();
            for (int j = 0; j < expected.size(); j++) {
                came.add(clients.get(i).next());
            }
            assertEquals(expected, came, "client " + i);
        }
    }

    private String id(int client) {
        return sockets.get(client).id();
    }

    // ---- events

    @Test
    void anEventReachesTheClientsOfAllNodes() {
        a.emit("x", 1, "two", null, List.of(true, 1.5), Map.of("é", "😀"));
        assertReached("42[\"x\",1,\"two\",null,[true,1.5],{\"é\":\"😀\"}]", 0, 1, 2, 3);
    }

    @Test
    void anEventReachesTheRoomsOfAllNodesAndEachSocketOnce() {
        a.to("even").emit("x");
        assertReached("42[\"x\"]", 0, 2);
        b.to("even", "odd").to(id(0), id(2)).emit("y");
        assertReached("42[\"y\"]", 0, 1, 2, 3);
        b.to("nobody's").emit("z");
        assertReached("42[\"z\"]");
        b.to(id(1)).emit("own");
        assertReached("42[\"own\"]", 1);
    }

    @Test
    void exceptedRoomsAndSocketsAreExceptedOnAllNodes() {
        a.except("even").emit("x");
        assertReached("42[\"x\"]", 1, 3);
        a.to("even", "odd").except(id(3)).except(id(0)).emit("y");
        assertReached("42[\"y\"]", 1, 2);
        sockets.get(2).broadcast().emit("z");
        assertReached("42[\"z\"]", 0, 1, 3);
        sockets.get(2).to("even").emit("q");
        assertReached("42[\"q\"]", 0);
    }

    @Test
    void aUsersSocketsAreReachedOnAllNodes() {
        sockets.get(0).signIn("ada");
        sockets.get(3).signIn("ada");
        sockets.get(1).signIn("bob");
        Eventually.equal(
                Set.of(id(0), id(3)),
                () -> a.user("ada").fetchSockets().join().stream()
                        .map(RemoteSocket::id)
                        .collect(Collectors.toSet()));
        b.user("ada").emit("hello");
        assertReached("42[\"hello\"]", 0, 3);
    }

    @Test
    void binaryDataReachesOtherNodesAtAnyDepth() {
        a.to("even").emit("x", new byte[] {1, 2}, Map.of("deep", List.of(new byte[] {3})), "é");
        String text =
                "452-[\"x\",{\"_placeholder\":true,\"num\":0},{\"deep\":[{\"_placeholder\":true,\"num\":1}]},\"é\"]";
        for (int client : new int[] {0, 2}) {
            clients.get(client).expect(text, "binary 0102", "binary 03");
        }
        assertReached("none");
    }

    @Test
    void aLossyEventReachesOtherNodesToo() {
        sockets.forEach(socket -> Eventually.holds("nothing waits for " + socket, socket::isWritable));
        a.lossy().emit("x");
        // Whatever else is on its way to a client may cost it the lossy event: so nothing else is, yet.
        clients.forEach(client -> client.expect("42[\"x\"]"));
        assertReached("none");
    }

    @Test
    void aLocalEventStaysOnItsNode() {
        a.local().emit("x");
        assertReached("42[\"x\"]", 0, 1);
        b.to("even").local().emit("y");
        assertReached("42[\"y\"]", 2);
        b.local().disconnectSockets();
        clients.get(2).expect("41");
        assertEquals(2, a.sockets().size());
    }

    @Test
    void theEventsOfOneNodeComeInTheirOrder() {
        for (int i = 0; i < 500; i++) {
            a.to(i % 3 == 0 ? "even" : id(2)).emit("n", i);
        }
        for (int i = 0; i < 500; i++) {
            clients.get(2).expect("42[\"n\"," + i + "]");
        }
        for (int i = 0; i < 500; i += 3) {
            clients.get(0).expect("42[\"n\"," + i + "]");
        }
        assertReached("none");
    }

    @Test
    void anEventBehindAConfirmedJoinIsReceived() throws Exception {
        for (int i = 0; i < 50; i++) {
            String room = "room-" + i;
            sockets.get(2).joinConfirmed(room).get(10, TimeUnit.SECONDS);
            a.to(room).emit("n", i);
            clients.get(2).expect("42[\"n\"," + i + "]");
            sockets.get(2).leave(room);
        }
    }

    @Test
    void namespacesAreApart() {
        clients.get(3).joinNamespace("/lonely");
        engineA.namespace("/lonely").emit("x");
        clients.get(3).expect("42/lonely,[\"x\"]");
        assertReached("none");
    }

    @Test
    void aNamespaceOfARuleJoinsTheOthersWhileItExists() throws Exception {
        clients.get(0).joinNamespace("/rule-1");
        Namespace here = engineA.namespace("/rule-1");
        connected.poll(10, TimeUnit.SECONDS);
        here.emit("alone");
        clients.get(0).expect("42/rule-1,[\"alone\"]");
        Eventually.equal(1, () -> countOf(here)); // what was said before that is out

        clients.get(2).joinNamespace("/rule-1");
        Eventually.equal(2, () -> countOf(here));
        here.emit("both");
        clients.get(0).expect("42/rule-1,[\"both\"]");
        clients.get(2).expect("42/rule-1,[\"both\"]");

        clients.get(2).send("41/rule-1,");
        Eventually.equal(1, () -> countOf(here));
        here.emit("alone again");
        clients.get(0).expect("42/rule-1,[\"alone again\"]");
        assertReached("none");
    }

    // ---- acks

    /** Takes the event and answers with its ack id, behind the JSON array that is given. */
    private void answer(int client, String eventPattern, String answer) {
        String packet = clients.get(client).next();
        var matcher = Pattern.compile("42(\\d+)" + Pattern.quote(eventPattern)).matcher(packet);
        assertTrue(matcher.matches(), packet);
        clients.get(client).send("43" + matcher.group(1) + answer);
    }

    @Test
    void theAnswersOfAllNodesAreGathered() throws Exception {
        var replies = a.emitWithAck("x", 1);
        for (int i = 0; i < 4; i++) {
            answer(i, "[\"x\",1]", "[" + i + "]");
        }
        Replies all = replies.get(10, TimeUnit.SECONDS);
        assertEquals(
                Set.of(0, 1, 2, 3),
                all.received().stream()
                        .map(values -> values.get(0, Integer.class))
                        .collect(Collectors.toSet()));
        assertTrue(all.isComplete());
    }

    @Test
    void aBroadcastWithAcksToNobodyIsCompleteAtOnce() throws Exception {
        assertEquals(
                new Replies(List.of(), Set.of(), 0, 0),
                a.to("nobody's").emitWithAck("x").get(10, TimeUnit.SECONDS));
    }

    @Test
    void aBinaryAnswerComesFromAnotherNode() throws Exception {
        var replies = a.to(id(2)).emitWithAck("x", new byte[] {1});
        String packet = clients.get(2).next();
        String ackId = packet.substring(4, packet.indexOf('['));
        assertEquals("451-" + ackId + "[\"x\",{\"_placeholder\":true,\"num\":0}]", packet);
        clients.get(2).expect("binary 01");
        clients.get(2).send("461-" + ackId + "[{\"_placeholder\":true,\"num\":0}]");
        clients.get(2).send(new byte[] {9, 8});
        Arguments only = replies.get(10, TimeUnit.SECONDS).received().get(0);
        assertArrayEquals(new byte[] {9, 8}, only.get(0, byte[].class));
    }

    @Test
    void aSilentClientElsewhereIsMissingAndTheOthersAnswersCome() throws Exception {
        var replies = a.timeout(Duration.ofSeconds(4)).emitWithAck("x");
        for (int i : new int[] {0, 2}) {
            answer(i, "[\"x\"]", "[\"from " + i + "\"]");
        }
        Replies partial = replies.get(10, TimeUnit.SECONDS);
        assertEquals(
                Set.of("from 0", "from 2"),
                partial.received().stream()
                        .map(values -> values.get(0, String.class))
                        .collect(Collectors.toSet()));
        assertEquals(Set.of(id(1)), partial.missing());
        assertEquals(1, partial.missingElsewhere());
        assertEquals(0, partial.missingNodes());
        for (int i : new int[] {1, 3}) {
            assertTrue(clients.get(i).next().matches("42\\d+\\[\"x\"]"));
        }
    }

    // ---- rooms and disconnects

    @Test
    void socketsOfAllNodesJoinAndLeaveRooms() {
        a.to("even").socketsJoin("new", "newer");
        Eventually.holds("joined", () -> sockets.get(2).rooms().containsAll(Set.of("new", "newer")));
        assertEquals(Set.of(id(0), "even", "new", "newer"), sockets.get(0).rooms());
        assertEquals(Set.of(id(3), "odd"), sockets.get(3).rooms());

        b.except(id(2)).socketsLeave("new");
        Eventually.equal(Set.of(id(0), "even", "newer"), sockets.get(0)::rooms);
        assertEquals(Set.of(id(2), "even", "new", "newer"), sockets.get(2).rooms());
    }

    @Test
    void socketsOfAllNodesAreDisconnected() {
        a.to("even").disconnectSockets();
        clients.get(0).expect("41");
        clients.get(2).expect("41");
        clients.get(2).joinNamespace("/");
        assertEquals(3, a.sockets().size() + b.sockets().size());
    }

    @Test
    void connectionsOfAllNodesAreClosed() {
        a.to("odd").closeConnections();
        for (int i : new int[] {1, 3}) {
            clients.get(i).expect("41", "closed 1000");
        }
    }

    // ---- who is there

    @Test
    void theSocketsOfAllNodesAreFetched() {
        assertEquals(Set.of(id(0), id(1), id(2), id(3)), idsOf(a.fetchSockets().join()));
        assertEquals(Set.of(id(0), id(2)), idsOf(b.to("even").fetchSockets().join()));
        assertEquals(Set.of(id(1)), idsOf(b.except("even", id(3)).fetchSockets().join()));
        assertEquals(Set.of(id(0), id(1)), idsOf(a.local().fetchSockets().join()));
        RemoteSocket two = fetched(2);
        assertEquals(Set.of(id(2), "even"), two.rooms());
        assertEquals(sockets.get(2).handshake().address(), two.handshake().address());
        assertEquals(
                sockets.get(2).handshake().time().toEpochMilli(),
                two.handshake().time().toEpochMilli());
    }

    private static Set<String> idsOf(List<RemoteSocket> fetched) {
        return fetched.stream().map(RemoteSocket::id).collect(Collectors.toSet());
    }

    private RemoteSocket fetched(int client) {
        return a.to(id(client)).fetchSockets().join().get(0);
    }

    @Test
    void whatIsSharedOfASocketIsSeenByOtherNodes() {
        assertEquals(Map.of(), fetched(2).data(Map.class).orElse(Map.of()));
        sockets.get(2).share(Map.of("user", "ada", "bytes", new byte[] {7}, "n", 5));
        Map<?, ?> data = fetched(2).data(Map.class).orElseThrow();
        assertEquals("ada", data.get("user"));
        assertEquals(5L, data.get("n"));
        assertEquals(7, ((byte[]) data.get("bytes"))[0]);
    }

    @Test
    void secretsOfAHandshakeStayAtHome() {
        assertEquals("secret=1", sockets.get(2).handshake().header("cookie").orElseThrow());
        Handshake elsewhere = fetched(2).handshake();
        assertTrue(elsewhere.header("cookie").isEmpty());
        assertTrue(elsewhere.auth().isEmpty());
        assertTrue(elsewhere.headers().containsKey("host"));
        assertEquals("4", elsewhere.query().get("EIO"));
    }

    @Test
    void aRemoteSocketIsReachedWhereItLives() throws Exception {
        RemoteSocket two = fetched(2);
        two.emit("x", 1);
        clients.get(2).expect("42[\"x\",1]");
        var answer = two.emitWithAck("y");
        answer(2, "[\"y\"]", "[\"yes\"]");
        assertEquals("yes", answer.get(10, TimeUnit.SECONDS).get(0, String.class));
        two.join("new");
        Eventually.holds("joined", () -> sockets.get(2).rooms().contains("new"));
        two.leave("new");
        Eventually.holds("left", () -> !sockets.get(2).rooms().contains("new"));
        two.disconnect();
        clients.get(2).expect("41");
        assertReachedByThree();
        fetched(3).closeConnection();
        clients.get(3).expect("41", "closed 1000");
    }

    private void assertReachedByThree() {
        a.emit("still here");
        for (int i : new int[] {0, 1, 3}) {
            clients.get(i).expect("42[\"still here\"]");
        }
    }

    @Test
    void theRoomsOfAllNodesAreListed() {
        sockets.get(3).join("only here");
        assertEquals(
                Set.of(id(0), id(1), id(2), id(3), "even", "odd", "only here"),
                a.allRooms().join());
    }

    // ---- servers among themselves

    @Test
    void aServersEventIsHandledByTheOthersAlone() throws Exception {
        a.serverSideEmit("news", 1, "é", List.of(2));
        assertEquals("[1, é, [2]]", heardByB.poll(10, TimeUnit.SECONDS));
        b.serverSideEmit("news");
        assertEquals("[]", heardByA.poll(10, TimeUnit.SECONDS));
        assertTrue(heardByB.isEmpty());
        assertReached("none");
    }

    @Test
    void serversAnswerEachOther() throws Exception {
        List<Arguments> replies = a.serverSideEmitWithAck("news", 1, 2).get(10, TimeUnit.SECONDS);
        assertEquals(
                List.of("thanks for 2"),
                replies.stream().map(reply -> reply.get(0, String.class)).toList());
        assertEquals("[1, 2]", heardByB.poll(10, TimeUnit.SECONDS));
        byte[] bytes = a.serverSideEmitWithAck("bytes", (Object) new byte[] {1, 2})
                .get(10, TimeUnit.SECONDS)
                .get(0)
                .get(0, byte[].class);
        assertEquals(2, bytes[1]);
    }

    @Test
    void aServerIsToldWhatWentWrongElsewhere() {
        assertEquals(
                Map.of("status", "error", "message", "No such thing", "data", Map.of("id", 7L)),
                a.serverSideEmitWithAck("broken").join().get(0).get(0, Map.class));
    }

    @Test
    void aNodeThatLeavesIsNotCountedOrAskedAnyMore() {
        engineB.close();
        Eventually.equal(1, () -> countOf(a));
        assertEquals(Set.of(id(0), id(1)), idsOf(a.fetchSockets().join()));
        assertEquals(List.of(), a.serverSideEmitWithAck("news").join());
        a.emit("x");
        clients.get(0).expect("42[\"x\"]");
    }

    @Test
    void whatAHandlerEmitsWhenItsEngineClosesReachesTheOtherNodes() throws Exception {
        Engine leaving = Engine.builder()
                .port(0)
                .cluster(newNode())
                .namespace("/")
                .onDisconnect((socket, reason) -> socket.namespace().emit("left"))
                .start();
        Eventually.equal(3, () -> countOf(a));
        try (WireClient client = WireClient.join(leaving.port())) {
            assertEquals(5, a.fetchSockets().join().size());
            leaving.close();
            for (int i = 0; i < 4; i++) {
                clients.get(i).expect("42[\"left\"]");
            }
        }
    }

    @Test
    void aClusterIsForOneEngine() throws Exception {
        EngineBuilder builder = Engine.builder().port(0).cluster(newNode());
        Engine first = builder.build();
        String message =
                assertThrows(IllegalStateException.class, builder::build).getMessage();
        assertTrue(message.contains("already belongs to an engine"), message);
        first.close();
    }
}
