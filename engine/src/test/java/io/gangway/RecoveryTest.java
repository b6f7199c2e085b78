package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;

/** Clients that were away get back what they missed: packet by packet, as the stock client would ask for it. */
class RecoveryTest extends RecoveryFixture {
    private Engine start(UnaryOperator<Recovery> recovery) {
        return start(recovery, namespace -> namespace);
    }

    private Engine start(UnaryOperator<Recovery> recovery, UnaryOperator<NamespaceBuilder> more) {
        return start(more.apply(
                watched(recovering(recovery).plainWebSocket("/ws", "/").namespace("/"))));
    }

    private Engine start() {
        return start(recovery -> recovery);
    }

    // ---- on the wire

    @Test
    void eventsEndInAnOffsetUnlessTheyRequestAnAck() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        socket.emit("text", "hi");
        engine.namespace("/").emit("nothing");
        socket.emit("binary", new byte[] {1});
        CompletableFuture<Arguments> answer = socket.emitWithAck("question", 1);

        client.expect("42[\"text\",\"hi\"]", "42[\"nothing\"]", "451-[\"binary\",{\"_placeholder\":true,\"num\":0}]");
        client.wire().expect("binary 01", "420[\"question\",1]").send("430[2]");
        assertEquals(2, answer.get(10, TimeUnit.SECONDS).get(0, Integer.class));
    }

    @Test
    void onlyTheChosenClientsGetOffsets() throws Exception {
        Engine engine = start(recovery -> recovery.only(
                handshake -> handshake.query().getOrDefault("old", "").isEmpty()));
        WireClient old = WireClient.connect(engine.port(), "/socket.io/?EIO=4&transport=websocket&old=1");
        old.next();
        old.joinNamespace("/");
        ReturningClient recent = joined(engine);
        connected();
        engine.namespace("/").emit("news", 1);

        old.expect("42[\"news\",1]");
        recent.expect("42[\"news\",1]");
    }

    @Test
    void withoutRecoveryNothingIsAdded() {
        Engine engine = start(Engine.builder().port(0).namespace("/"));
        try (WireClient client = WireClient.join(engine.port())) {
            engine.namespace("/").emit("news", 1);
            client.expect("42[\"news\",1]");
        }
        assertEquals(RecoveryCounts.NONE, engine.recoveryCounts());
    }

    @Test
    void aNamespaceMayHaveNoRecovery() {
        Engine engine = start(
                recovery -> recovery,
                namespace -> namespace.namespace("/live").withoutRecovery().namespace("/kept"));
        try (WireClient client = WireClient.open(engine.port())) {
            String answer = client.send("40/live,{\"pid\":\"secret\"}").next();
            assertTrue(answer.matches("40/live,\\{\"sid\":\"[\\w-]+\"}"), answer);
            engine.namespace("/live").emit("news", 1);
            client.expect("42/live,[\"news\",1]");
            assertEquals(RecoveryCounts.NONE, engine.recoveryCounts());
            answer = client.send("40/kept,").next();
            assertTrue(answer.contains("\"pid\":"), answer);
            engine.namespace("/kept").emit("news", 1);
            assertEquals(1, engine.recoveryCounts().packets());
        }
    }

    // ---- coming back

    @Test
    void whatWasMissedFollowsTheAnswerInOrder() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        socket.join("a", "b");
        socket.share(Map.of("name", "Ann"));
        String id = client.id();
        String privateId = client.privateId();
        Namespace namespace = engine.namespace("/");
        namespace.emit("before");
        cut(client.expect("42[\"before\"]"));
        namespace.to("a").emit("first", 1);
        socket.emit("second", 2);
        namespace.to("b", "a").emit("third", new byte[] {3});
        namespace.to(id).emit("fourth");
        namespace.emit("fifth", "\"quoted\\");
        namespace.to("c").emit("not for it");
        namespace.except("b").emit("not for it either");

        client.comeBack(engine.port()).expect("42[\"first\",1]", "42[\"second\",2]");
        assertEquals("451-[\"third\",{\"_placeholder\":true,\"num\":0}]", client.next());
        client.wire().expect("binary 03");
        client.expect("42[\"fourth\"]", "42[\"fifth\",\"\\\"quoted\\\\\"]");
        assertEquals(id, client.id());
        assertEquals(privateId, client.privateId());
        Socket again = connected();
        assertTrue(again.recovered());
        assertFalse(socket.recovered());
        assertEquals(id, again.id());
        assertEquals(Set.of(id, "a", "b"), again.rooms());
        assertEquals(Optional.of(Map.of("name", "Ann")), again.findShared(Map.class));
        client.expectNothingElse(again);
        assertEquals(1, engine.recoveryCounts().recovered());
    }

    @Test
    void whatWasSentButNotReceivedComesAgain() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        for (int i = 0; i < 5; i++) {
            socket.emit("n", i);
        }
        cut(client.expect("42[\"n\",0]", "42[\"n\",1]")); // the others may have been written
        client.comeBack(engine.port()).expect("42[\"n\",2]", "42[\"n\",3]", "42[\"n\",4]");
        client.expectNothingElse(connected());
    }

    @Test
    void aClientThatHasReceivedNothingComesBackToItsStart() throws Exception {
        Engine engine = start();
        ReturningClient other = joined(engine);
        engine.namespace("/").emit("before its time");
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        cut(client);
        socket.emit("missed");
        client.comeBack(engine.port()).expect("42[\"missed\"]");
        assertTrue(connected().recovered());
        assertEquals("42[\"before its time\"]", other.next());
    }

    @Test
    void anOffsetFromBeforeTheSessionCountsAsItsStart() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        connected().emit("n", 1);
        client.expect("42[\"n\",1]");
        String former = client.offset();
        client.wire().send("41");
        assertEquals(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, left());
        ReturningClient anew = ReturningClient.join(engine.port());
        Socket socket = connected();
        for (String foreign : List.of(former, "1700000000000-0", "abcdefgh.5", former.substring(0, 9) + "~", "")) {
            anew.offset(foreign);
            cut(anew);
            socket.emit("missed", foreign.length());
            anew.comeBack(engine.port());
            socket = connected();
            assertTrue(socket.recovered(), foreign);
            anew.expect("42[\"missed\"," + foreign.length() + "]");
            cut(anew);
            anew = ReturningClient.join(engine.port());
            socket = connected();
        }
    }

    @Test
    void aLossyEventDoesNotPoisonTheOffset() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        socket.emit("n", 1);
        client.expect("42[\"n\",1]");
        String offset = client.offset();
        Eventually.holds("all has been written", socket::isWritable);
        socket.lossy().emit("lossy", "a text");
        client.expect("42[\"lossy\",\"a text\"]");
        assertEquals(offset, client.offset());
        cut(client);
        socket.lossy().emit("lossy", "gone");
        engine.namespace("/").lossy().emit("lossy", "gone");
        socket.emit("n", 2);
        client.comeBack(engine.port()).expect("42[\"n\",2]");
        client.expectNothingElse(connected());
    }

    @Test
    void theNewestOfAKeyIsReceivedInTheOrderOfTheOffsets() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        cut(client);
        socket.emitLatest("price", "x", 1);
        socket.emit("n", 1);
        socket.emitLatest("price", "x", 2);
        client.comeBack(engine.port());
        List<String> seen = new ArrayList<>();
        for (String event = client.next(); !event.equals("42[\"price\",2]"); event = client.next()) {
            seen.add(event);
        }
        assertTrue(seen.contains("42[\"n\",1]"), seen.toString());
    }

    @Test
    void acksThatArePendingAtTheCutFail() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        CompletableFuture<Arguments> answer = socket.emitWithAck("question");
        client.wire().expect("420[\"question\"]");
        client.cut();
        ExecutionException failure = assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        assertTrue(failure.getCause() instanceof DisconnectedException, failure.toString());
        gone();
        client.comeBack(engine.port());
        client.expectNothingElse(connected());
    }

    @Test
    void eventsEmittedBeforeTheAdmissionFollowWhatWasMissed() throws Exception {
        Engine engine = start(
                recovery -> recovery,
                namespace -> namespace.intercept(Around.connects((socket, chain) -> {
                    socket.emit("welcome");
                    return chain.proceed();
                })));
        ReturningClient client = ReturningClient.join(engine.port());
        client.expect("42[\"welcome\"]");
        connected();
        cut(client);
        engine.namespace("/").emit("missed");
        client.comeBack(engine.port()).expect("42[\"missed\"]", "42[\"welcome\"]");
    }

    // ---- the audience

    @Test
    void anEventIsMissedByThoseInItsAudienceWhenItWasSent() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        Namespace namespace = engine.namespace("/");
        client.wire().stopReading();
        namespace.to("room").emit("n", 1);
        socket.join("room");
        namespace.to("room").emit("n", 2);
        socket.leave("room");
        namespace.to("room").emit("n", 3);
        namespace.except("room").emit("n", 4);
        socket.join("room");
        namespace.except("room").emit("n", 5);
        cut(client);
        namespace.to("room").emit("n", 6);
        namespace.socketsLeave("room");
        namespace.to("room").emit("n", 7);
        namespace.to(client.id()).socketsJoin("room", "other");
        namespace.to("room").emit("n", 8);
        namespace.to("other").socketsLeave("other");
        namespace.to("other").emit("n", 9);

        client.comeBack(engine.port()).expect("42[\"n\",2]", "42[\"n\",4]", "42[\"n\",6]", "42[\"n\",8]");
        Socket again = connected();
        assertEquals(Set.of(client.id(), "room"), again.rooms());
        client.expectNothingElse(again);
    }

    @Test
    void aClientDisconnectedWhileAwayGetsANewSession() throws Exception {
        Engine engine = start();
        for (String who : List.of("all", "own", "room")) {
            ReturningClient client = ReturningClient.join(engine.port());
            connected().join("room");
            String id = client.id();
            cut(client);
            Namespace namespace = engine.namespace("/");
            if (who.equals("all")) {
                namespace.disconnectSockets();
            } else {
                namespace.to(who.equals("own") ? id : "room").disconnectSockets();
            }
            client.comeBack(engine.port());
            assertNotEquals(id, client.id(), who);
            assertFalse(connected().recovered());
            cut(client);
        }
    }

    @Test
    void whoeverWantedToLeaveHasNoSession() throws Exception {
        Engine engine = start();
        ReturningClient leaver = joined(engine);
        leaver.wire().send("41");
        assertEquals(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, left());
        ReturningClient expelled = ReturningClient.join(engine.port());
        connected().disconnect();
        assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, left());
        for (ReturningClient client : List.of(leaver, expelled)) {
            String id = client.id();
            client.comeBack(engine.port());
            assertNotEquals(id, client.id());
            assertFalse(connected().recovered());
        }
        assertEquals(2, engine.recoveryCounts().unknown());
    }

    // ---- who may come back

    @Test
    void aSessionIsTakenOverFromAConnectionThatStillHasIt() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        socket.join("room");
        WireClient former = client.wire();
        former.stopReading();
        engine.namespace("/").to("room").emit("n", 1);
        socket.emit("n", 2);

        client.comeBack(engine.port()).expect("42[\"n\",1]", "42[\"n\",2]");
        assertEquals(DisconnectReason.FORCED_CLOSE, left());
        Socket again = connected();
        assertTrue(again.recovered());
        assertFalse(socket.isConnected());
        assertEquals(List.of(again), List.copyOf(engine.namespace("/").sockets()));
        former.readOn();
        String last = former.next();
        while (!last.startsWith("closed")) {
            last = former.next();
        }
        client.expectNothingElse(again);
    }

    @Test
    void anotherUserGetsANewSessionAndConsumesNothing() throws Exception {
        Engine engine = start(recovery -> recovery, namespace -> namespace.intercept(SIGN_IN));
        ReturningClient ann = ReturningClient.join(engine.port(), ",\"user\":\"ann\"");
        Socket first = connected();
        assertEquals(Optional.of("ann"), first.user());
        cut(ann);
        engine.namespace("/").user("ann").emit("secret");
        for (String other : List.of("", ",\"user\":\"bob\"")) {
            ReturningClient thief = ReturningClient.with(ann.privateId(), engine.port(), other);
            assertNotEquals(ann.id(), thief.id());
            assertNotEquals(ann.privateId(), thief.privateId());
            Socket stranger = connected();
            assertFalse(stranger.recovered());
            assertEquals(thief.id(), stranger.id());
            thief.expectNothingElse(stranger);
            cut(thief);
        }
        String id = ann.id();
        ann.comeBack(engine.port()).expect("42[\"secret\"]");
        assertEquals(id, ann.id());
        assertEquals(Optional.of("ann"), connected().user());
        assertEquals(2, engine.recoveryCounts().otherUser());
    }

    @Test
    void whoSignsInByAnEventIsSignedInAgain() throws Exception {
        Engine engine = start(
                recovery -> recovery,
                namespace -> namespace.on("login", (socket, arguments) -> {
                    socket.signIn("ann");
                    return Ack.empty();
                }));
        ReturningClient client = joined(engine);
        client.wire().send("421[\"login\"]").expect("431[]");
        cut(client);
        client.comeBack(engine.port());
        assertEquals(Optional.of("ann"), connected().user());
    }

    @Test
    void interceptorsRunAgainAndTheirVerdictDecides() throws Exception {
        BlockingQueue<String> refusing = new LinkedBlockingQueue<>();
        Engine engine = start(
                recovery -> recovery,
                namespace -> namespace.intercept(Around.connects((socket, chain) -> {
                    if (!refusing.isEmpty()) {
                        throw new EngineException(refusing.take());
                    }
                    return chain.proceed();
                })));
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        cut(client);
        socket.emit("missed");
        refusing.add("revoked");
        WireClient refused = WireClient.open(engine.port());
        refused.send("40{\"pid\":\"" + client.privateId() + "\"}").expect("44{\"message\":\"revoked\"}");
        client.comeBack(engine.port()).expect("42[\"missed\"]");
    }

    @Test
    void interceptorsMayBeSkipped() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Engine engine = start(
                Recovery::skipInterceptors,
                namespace -> namespace.intercept(Around.connects((socket, chain) -> {
                    seen.add(socket.id());
                    return chain.proceed();
                })));
        ReturningClient client = cut(joined(engine));
        client.comeBack(engine.port());
        assertTrue(connected().recovered());
        assertEquals(List.of(client.id()), List.copyOf(seen));
    }

    @Test
    void forgedSecretsGetNewSessions() throws Exception {
        Engine engine = start();
        ReturningClient victim = joined(engine);
        for (String forged : List.of(
                "\"pid\":\"x\"",
                "\"pid\":\"\"",
                "\"pid\":7",
                "\"pid\":null",
                "\"pid\":{\"a\":1}",
                "\"pid\":\"" + victim.id() + "\"",
                "\"pid\":\"" + victim.privateId().substring(1) + "\"",
                "\"offset\":\"" + victim.offset() + "\"")) {
            WireClient client = WireClient.open(engine.port());
            client.send("40{" + forged + "}");
            Matcher answer = ReturningClient.CONNECTED.matcher(client.next());
            assertTrue(answer.matches(), forged);
            assertNotEquals(victim.id(), answer.group(2));
            assertFalse(connected().recovered());
        }
        assertEquals(9, engine.namespace("/").sockets().size());
    }

    @Test
    void anOffsetThatIsYetToComeIsNotBelieved() throws Exception {
        Engine engine = start();
        ReturningClient client = ReturningClient.join(engine.port());
        connected().emit("n");
        client.expect("42[\"n\"]");
        client.offset(client.offset().substring(0, 9) + "zzz");
        cut(client);
        client.comeBack(engine.port());
        assertFalse(connected().recovered());
        assertEquals(1, engine.recoveryCounts().incomplete());
    }

    // ---- bounds

    @Test
    void whoMissedMoreThanIsKeptGetsANewSession() throws Exception {
        Engine engine = start(recovery -> recovery.maxPackets(10));
        ReturningClient much = ReturningClient.join(engine.port());
        Socket muchMissed = connected();
        cut(much);
        for (int i = 0; i < 10; i++) {
            muchMissed.emit("n", i);
        }
        assertEquals(10, engine.recoveryCounts().packets());
        much.comeBack(engine.port());
        for (int i = 0; i < 10; i++) {
            much.expect("42[\"n\"," + i + "]");
        }
        Socket again = connected();
        cut(much);
        for (int i = 0; i < 11; i++) {
            again.emit("n", i);
        }
        String id = much.id();
        much.comeBack(engine.port());
        assertNotEquals(id, much.id());
        assertEquals(10, engine.recoveryCounts().packets());
        assertEquals(1, engine.recoveryCounts().incomplete());
    }

    /** It is not asked for again once the interceptors have run. */
    @Test
    void aSessionThatIsRefusedBeforeTheInterceptorsRunIsCountedOnce() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Engine engine = start(
                recovery -> recovery.maxPackets(1).skipInterceptors(),
                namespace -> namespace.intercept(Around.connects((socket, chain) -> {
                    seen.add(socket.id());
                    return chain.proceed();
                })));
        ReturningClient client = ReturningClient.join(engine.port());
        Socket socket = connected();
        cut(client);
        socket.emit("n", 1);
        socket.emit("n", 2);
        client.comeBack(engine.port());
        assertFalse(connected().recovered());
        assertEquals(2, seen.size());
        assertEquals(1, engine.recoveryCounts().incomplete());
    }

    @Test
    void bytesAndSessionsAreBounded() throws Exception {
        Engine engine = start(recovery -> recovery.maxBytes(100_000).maxSessions(2));
        List<ReturningClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(ReturningClient.join(engine.port()));
            connected();
            cut(clients.get(i));
        }
        assertEquals(2, engine.recoveryCounts().away());
        assertEquals(1, engine.recoveryCounts().unkept());
        for (int i = 0; i < 100; i++) {
            engine.namespace("/").emit("n", "x".repeat(10_000));
            assertTrue(engine.recoveryCounts().bytes() <= 100_000);
        }
        assertTrue(engine.recoveryCounts().packets() > 1);
        engine.close();
        assertEquals(0, engine.recoveryCounts().away());
        assertEquals(0, engine.recoveryCounts().packets());
    }

    @Test
    void aSessionEndsWithItsWindow() throws Exception {
        Duration window = Duration.ofSeconds(1);
        Engine engine = start(recovering(recovery -> Recovery.window(window))
                .namespaces((name, handshake) -> name.startsWith("/room-"), this::watched)
                .namespace("/"));
        WireClient client = WireClient.open(engine.port());
        client.send("40/room-1,");
        connected();
        long begun = System.nanoTime();
        client.abort();
        gone();
        boolean isKept =
                engine.recoveryCounts().away() == 1 && engine.namespaces().size() == 2;
        boolean isOver = System.nanoTime() - begun >= window.toNanos();
        assertTrue(isKept || isOver, "kept while a client may come back");
        Eventually.equal(0, () -> engine.recoveryCounts().away());
        Eventually.equal(1, () -> engine.namespaces().size());
        Eventually.equal(Holdings.NONE, () -> Holdings.of(engine));
    }

    @Test
    void absurdSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Recovery.window(Duration.ofMillis(999)));
        assertThrows(IllegalArgumentException.class, () -> Recovery.window(Duration.ofDays(2)));
        Recovery recovery = Recovery.window(Duration.ofMinutes(2));
        assertThrows(IllegalArgumentException.class, () -> recovery.maxBytes(0));
        assertThrows(IllegalArgumentException.class, () -> recovery.maxPackets(-1));
        assertThrows(IllegalArgumentException.class, () -> recovery.maxSessions(0));
    }
}
