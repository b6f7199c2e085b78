package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every way of reaching several sockets at once: three clients, in the rooms r0, r1 and r2, the first two also in both. */
class BroadcastTest {
    /** Counts how often it is turned into JSON. */
    private static final class Counted {}

    private static final AtomicInteger SERIALISED = new AtomicInteger();

    private final BlockingQueue<Socket> connected = new LinkedBlockingQueue<>();
    private final List<WireClient> clients = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private Engine engine;
    private Namespace namespace;

    @BeforeEach
    void start() throws InterruptedException {
        Gson gson = new GsonBuilder()
                .registerTypeAdapter(Counted.class, (JsonSerializer<Counted>)
                        (value, type, context) -> new JsonPrimitive(SERIALISED.incrementAndGet()))
                .create();
        SERIALISED.set(0);
        engine = Engine.builder()
                .port(0)
                .gson(gson)
                .ackTimeout(Duration.ofMinutes(1))
                .namespace("/")
                .onConnect(connected::add)
                .start();
        namespace = engine.namespace("/");
        for (int i = 0; i < 3; i++) {
            clients.add(WireClient.join(engine.port()));
            sockets.add(connected.poll(10, TimeUnit.SECONDS));
            sockets.get(i).join("r" + i);
        }
        sockets.get(0).join("both");
        sockets.get(1).join("both");
    }

    @AfterEach
    void stop() {
        clients.forEach(WireClient::close);
        Eventually.equal(
                0, () -> engine.occupancy().clients() + engine.occupancy().sockets());
        Eventually.equal(
                0, () -> engine.occupancy().rooms() + engine.occupancy().acks());
        engine.close();
    }

    /** Asserts that the event x reaches these clients, once, and no other. */
    private void assertReaches(BroadcastOperator operator, int... receivers) {
        operator.emit("x", 1);
        assertReached("42[\"x\",1]", receivers);
    }

    private void assertReached(String packet, int... receivers) {
        namespace.emit("end");
        for (int i = 0; i < clients.size(); i++) {
            int number = i;
            if (Arrays.stream(receivers).anyMatch(receiver -> receiver == number)) {
                clients.get(i).expect(packet);
            }
            clients.get(i).expect("42[\"end\"]");
        }
    }

    // ---- who

    @Test
    void everyoneInTheNamespace() {
        namespace.emit("x", 1);
        assertReached("42[\"x\",1]", 0, 1, 2);
        assertReaches(namespace.local(), 0, 1, 2);
        assertReaches(namespace.timeout(Duration.ofSeconds(1)), 0, 1, 2);
    }

    @Test
    void everyoneInOneRoom() {
        assertReaches(namespace.to("r1"), 1);
        assertReaches(namespace.to("both"), 0, 1);
        assertReaches(namespace.to("nobody's"));
    }

    @Test
    void everyoneInAnyOfSeveralRoomsOnce() {
        assertReaches(namespace.to("r0", "both"), 0, 1);
        assertReaches(namespace.to("r0").to("both").to("r2"), 0, 1, 2);
        assertReaches(namespace.to("both", "both", "nobody's"), 0, 1);
        assertReaches(namespace.to("both", sockets.get(0).id()), 0, 1);
        assertReaches(namespace.to(sockets.get(2).id(), "r2"), 2);
    }

    @Test
    void everyoneButSome() {
        assertReaches(namespace.except("r0"), 1, 2);
        assertReaches(namespace.except("both"), 2);
        assertReaches(namespace.except("r0", "r2"), 1);
        assertReaches(namespace.except("r0").except("r2").except("nobody's"), 1);
        assertReaches(namespace.except(sockets.get(1).id()), 0, 2);
        assertReaches(namespace.to("both").except("r0"), 1);
        assertReaches(namespace.except("r0").to("both"), 1);
        assertReaches(namespace.to("both").except("both"));
    }

    @Test
    void everyoneButTheSocketItself() {
        Socket self = sockets.get(0);
        assertReaches(self.broadcast(), 1, 2);
        assertReaches(self.to("both"), 1);
        assertReaches(self.to("r0"));
        assertReaches(self.to("both", "r2"), 1, 2);
        assertReaches(self.except("r1"), 2);
        assertReaches(self.broadcast().except("r1").to("r2", "both"), 2);
        assertReaches(self.broadcast().local(), 1, 2);
    }

    @Test
    void aSocketItselfIsReachedByItsOwnEmitOnly() {
        sockets.get(1).emit("x", 1);
        assertReached("42[\"x\",1]", 1);
        namespace.to(sockets.get(1).id()).emit("x", 1);
        assertReached("42[\"x\",1]", 1);
    }

    @Test
    void operatorsAreImmutable() {
        BroadcastOperator both = namespace.to("both");
        BroadcastOperator unused1 = both.to("r2");
        BroadcastOperator unused2 = both.except("r0");
        BroadcastOperator unused3 = both.lossy();
        BroadcastOperator unused4 = both.local();
        BroadcastOperator unused5 = both.timeout(Duration.ZERO);
        BroadcastOperator unused6 = namespace.except("r0");
        assertReaches(both, 0, 1);
        String[] rooms = {"r0"};
        BroadcastOperator operator = namespace.to(rooms);
        rooms[0] = "r2";
        assertReaches(operator, 0);
    }

    @Test
    void anOperatorMayBeUsedAgainAndChoosesAnewEachTime() {
        BroadcastOperator operator = namespace.to("both");
        assertReaches(operator, 0, 1);
        assertReaches(operator, 0, 1);
        sockets.get(0).leave("both");
        sockets.get(2).join("both");
        assertReaches(operator, 1, 2);
    }

    // ---- what

    @Test
    void aBroadcastIsSerialisedOnce() {
        namespace.emit("x", new Counted());
        assertReached("42[\"x\",1]", 0, 1, 2);
        namespace.to("both").except("r0").emit("x", new Counted());
        assertReached("42[\"x\",2]", 1);
        assertEquals(2, SERIALISED.get());
    }

    @Test
    void aBroadcastMayBeBinary() {
        namespace.to("both").emit("x", "text", new byte[] {1, 2}, List.of(new byte[] {3}));
        namespace.emit("end");
        for (int i = 0; i < 2; i++) {
            clients.get(i)
                    .expect(
                            "452-[\"x\",\"text\",{\"_placeholder\":true,\"num\":0},[{\"_placeholder\":true,\"num\":1}]]",
                            "binary 0102",
                            "binary 03");
        }
        clients.forEach(client -> client.expect("42[\"end\"]"));
    }

    @Test
    void aBinaryBroadcastReachesPollingClientsToo() {
        PollingClient polling = PollingClient.join(engine.port());
        namespace.emit("x", (Object) new byte[] {1, 2});
        assertEquals("451-[\"x\",{\"_placeholder\":true,\"num\":0}]|bAQI=", polling.poll());
        polling.post("1");
        clients.forEach(client -> client.expect("451-[\"x\",{\"_placeholder\":true,\"num\":0}]", "binary 0102"));
    }

    @Test
    void manySendersMessagesAreNeverMixedWithOthersAttachments() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            byte[] bytes = {(byte) i};
            int sender = i;
            Thread thread = new Thread(() -> {
                for (int n = 0; n < 200; n++) {
                    namespace.emit("s" + sender, n, bytes);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (WireClient client : clients) {
            int[] next = new int[4];
            for (int n = 0; n < 800; n++) {
                String text = client.next();
                int sender = text.charAt(7) - '0';
                assertEquals(
                        "451-[\"s" + sender + "\"," + next[sender]++ + ",{\"_placeholder\":true,\"num\":0}]", text);
                client.expect("binary 0" + sender);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void aValueThatCannotBeWrittenIsRefusedByNameAndReachesNobody() {
        IllegalArgumentException thrown =
                assertThrows(IllegalArgumentException.class, () -> namespace.emit("x", new Object() {}));
        assertTrue(
                thrown.getMessage().startsWith("cannot emit event \"x\" in namespace /: cannot write a "),
                thrown.getMessage());
        assertReached("nothing");
    }

    @Test
    void nullIsJsonNull() {
        namespace.emit("x", (Object[]) null);
        assertReached("42[\"x\",null]", 0, 1, 2);
        namespace.emit("x", (Object) null);
        assertReached("42[\"x\",null]", 0, 1, 2);
        namespace.emit("x", "a", null);
        assertReached("42[\"x\",\"a\",null]", 0, 1, 2);
    }

    // ---- lossy

    @Test
    void aLossyBroadcastReachesWhoeverCanBeWrittenTo() {
        Eventually.holds("all are idle", () -> sockets.stream().allMatch(Socket::isWritable));
        assertReaches(namespace.lossy().to("both"), 0, 1);
        Eventually.holds("all are idle", () -> sockets.stream().allMatch(Socket::isWritable));
        namespace.lossy().emit("bytes", (Object) new byte[] {1});
        clients.forEach(client -> client.expect("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]", "binary 01"));
    }

    @Test
    void aPollingClientGetsTheFirstLossyEventAndAllRegularOnes() throws Exception {
        PollingClient polling = PollingClient.join(engine.port());
        Socket socket = connected.poll(10, TimeUnit.SECONDS);
        socket.lossy().emit("dropped: no poll waits");
        CompletableFuture<String> poll =
                polling.pollAsync().thenApply(response -> PollingClient.shown(response.body()));
        Eventually.holds("the poll waits", socket::isWritable);
        socket.lossy().emit("first");
        socket.lossy().emit("second", (Object) new byte[] {1});
        namespace.to(socket.id()).lossy().emit("third");
        socket.emit("regular");
        String payload = poll.get(10, TimeUnit.SECONDS);
        payload = payload.equals("42[\"first\"]") ? payload + "|" + polling.poll() : payload;
        assertEquals("42[\"first\"]|42[\"regular\"]", payload);
        polling.post("1");
    }

    @Test
    void aClientThatDoesNotReadLosesLossyEventsAndNoRegularOne() {
        WireClient slow = clients.get(0).stopReading();
        String padding = "x".repeat(50_000);
        int filled = 0;
        do {
            while (sockets.get(0).bufferedBytes() < 300_000) {
                sockets.get(0).emit("fill", filled++, padding); // until the network takes no more
            }
        } while (Eventually.settles(sockets.get(0)::bufferedBytes) < 300_000);
        Eventually.holds("nothing waits for the other", sockets.get(1)::isWritable);
        for (int i = 0; i < 100; i++) {
            namespace.to("both").lossy().emit("lossy", i);
        }
        namespace.to("both").emit("regular");
        slow.readOn();
        for (int i = 0; i < filled; i++) {
            slow.expect("42[\"fill\"," + i + ",\"" + padding + "\"]");
        }
        slow.expect("42[\"regular\"]");
        String other = clients.get(1).next();
        assertEquals("42[\"lossy\",0]", other, "who reads gets what can be written at once");
        while (!other.equals("42[\"regular\"]")) {
            assertTrue(other.startsWith("42[\"lossy\","), other);
            other = clients.get(1).next();
        }
    }

    // ---- with acks

    @Test
    void allAnswersAreGathered() throws Exception {
        CompletableFuture<Replies> replies = namespace.emitWithAck("question", "?");
        for (int i = 0; i < 3; i++) {
            clients.get(i).expect("420[\"question\",\"?\"]").send("430[" + i + "]");
        }
        Replies all = replies.get(10, TimeUnit.SECONDS);
        assertTrue(all.isComplete());
        assertEquals(Set.of(), all.missing());
        assertEquals(
                Set.of(0, 1, 2),
                all.received().stream()
                        .map(values -> values.get(0, Integer.class))
                        .collect(Collectors.toSet()));
        assertEquals(0, engine.occupancy().acks());
    }

    @Test
    void whoDoesNotAnswerInTimeIsMissing() throws Exception {
        CompletableFuture<Replies> replies =
                namespace.to("both").timeout(Duration.ofSeconds(4)).emitWithAck("question");
        clients.get(0).expect("420[\"question\"]").send("430[\"a\",{\"b\":1}]");
        clients.get(1).expect("420[\"question\"]");
        Replies some = replies.get(10, TimeUnit.SECONDS);
        assertFalse(some.isComplete());
        assertEquals(Set.of(sockets.get(1).id()), some.missing());
        assertEquals(1, some.received().size());
        assertEquals("a", some.received().get(0).get(0, String.class));
        clients.get(1).send("430[\"too late\"]");
        assertReached("nothing");
        assertEquals(0, engine.occupancy().acks());
    }

    @Test
    void withoutATimeoutOfItsOwnTheEnginesCounts() throws Exception {
        try (Engine hasty = Engine.builder()
                        .port(0)
                        .ackTimeout(Duration.ofMillis(300))
                        .namespace("/")
                        .start();
                WireClient one = WireClient.open(hasty.port());
                WireClient two = WireClient.open(hasty.port())) {
            Set<String> ids = Set.of(one.joinNamespace("/"), two.joinNamespace("/"));
            Replies none = hasty.namespace("/").emitWithAck("question").get(10, TimeUnit.SECONDS);
            assertEquals(ids, none.missing());
            assertEquals(List.of(), none.received());
            one.expect("420[\"question\"]");
            two.expect("420[\"question\"]");
        }
    }

    @Test
    void whoLeavesIsMissingAtOnce() throws Exception {
        CompletableFuture<Replies> replies =
                namespace.timeout(Duration.ofMinutes(1)).emitWithAck("question");
        clients.forEach(client -> client.expect("420[\"question\"]"));
        clients.get(0).send("430[]");
        clients.get(1).send("41");
        clients.get(2).abort();
        Replies some = replies.get(10, TimeUnit.SECONDS);
        assertEquals(Set.of(sockets.get(1).id(), sockets.get(2).id()), some.missing());
        assertEquals(1, some.received().size());
        assertEquals(0, engine.occupancy().acks());
    }

    @Test
    void withoutReceiversItCompletesAtOnce() {
        CompletableFuture<Replies> replies =
                namespace.to("nobody's").timeout(Duration.ofMinutes(10)).emitWithAck("question");
        assertTrue(replies.isDone());
        assertEquals(new Replies(List.of(), Set.of(), 0, 0), replies.join());
        assertTrue(replies.join().isComplete());
        assertEquals(0, engine.occupancy().acks());
        // The heartbeats'; those of the clients' first turns are over in ten milliseconds.
        Eventually.equal(3, () -> engine.occupancy().timers());
    }

    @Test
    void onlyWhoWasAskedMayAnswerAndOnlyOnce() throws Exception {
        CompletableFuture<Replies> replies = namespace.to("both").emitWithAck("question");
        clients.get(0).expect("420[\"question\"]").send("430[1]").send("430[2]");
        clients.get(2).send("430[\"forged\"]");
        clients.get(1).expect("420[\"question\"]").send("430[3]");
        Set<Object> values = replies.get(10, TimeUnit.SECONDS).received().stream()
                .map(answer -> answer.values().get(0))
                .collect(Collectors.toSet());
        assertEquals(Set.of(1L, 3L), values);
    }

    @Test
    void aSocketsBroadcastWithAcksDoesNotAskTheSocket() throws Exception {
        CompletableFuture<Replies> replies =
                sockets.get(0).broadcast().emitWithAck("question", (Object) new byte[] {1});
        for (int i = 1; i < 3; i++) {
            clients.get(i)
                    .expect("451-0[\"question\",{\"_placeholder\":true,\"num\":0}]", "binary 01")
                    .send("461-0[{\"_placeholder\":true,\"num\":0}]")
                    .send(new byte[] {(byte) i});
        }
        assertEquals(
                Set.of((byte) 1, (byte) 2),
                replies.get(10, TimeUnit.SECONDS).received().stream()
                        .map(answer -> answer.get(0, byte[].class)[0])
                        .collect(Collectors.toSet()));
    }

    @Test
    void aFutureTheApplicationCancelsLeavesNothing() {
        CompletableFuture<Replies> replies =
                namespace.timeout(Duration.ofMinutes(1)).emitWithAck("question");
        replies.cancel(true);
        Eventually.equal(0, () -> engine.occupancy().acks());
        Eventually.equal(3, () -> engine.occupancy().timers());
        clients.forEach(client -> client.expect("420[\"question\"]").send("430[]"));
        assertReached("nothing");
    }

    // ---- disconnecting

    @Test
    void someMayBeDisconnectedAndKeepTheirConnections() {
        namespace.to("both").except("r0").disconnectSockets();
        clients.get(1).expect("41");
        assertEquals(2, namespace.sockets().size());
        clients.get(1).joinNamespace("/");
    }

    @Test
    void allMayBeDisconnected() {
        namespace.disconnectSockets();
        clients.forEach(client -> client.expect("41"));
        assertEquals(0, namespace.sockets().size());
    }

    @Test
    void theConnectionsOfSomeMayBeClosed() {
        namespace.to("r2").closeConnections();
        clients.get(2).expect("41", "closed 1000");
        assertEquals(2, namespace.sockets().size());
    }
}
