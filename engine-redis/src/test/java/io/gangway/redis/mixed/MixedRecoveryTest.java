package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Recovery;
import io.gangway.clients.NodeClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Happening;
import io.gangway.clients.RealClient.Introduction;
import io.gangway.clients.RealClient.Via;
import io.gangway.redis.TestRedis;
import io.gangway.testing.Eventually;
import io.gangway.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stock client that was connected to one server comes back to another, of whichever language. */
@ExtendWith(SharedProcesses.class)
@Timeout(60)
class MixedRecoveryTest {
    private static final String WITNESS = "witness";

    private static TestRedis redis;
    private static Map<String, Peer> servers;

    /** From where to where the client moves. */
    enum Way {
        JAVA_TO_JAVA("java 1", "java 2"),
        JAVA_TO_NODE("java 1", "node"),
        NODE_TO_JAVA("node", "java 2");

        private final String from;
        private final String to;

        Way(String from, String to) {
            this.from = from;
            this.to = to;
        }

        Peer from() {
            return servers.get(from);
        }

        Peer to() {
            return servers.get(to);
        }
    }

    private final List<RealClient> witnesses = new ArrayList<>();
    private FaultProxy line;
    private NodeClients.Client client;

    @BeforeAll
    static void startServers() {
        redis = TestRedis.start();
        servers = new HashMap<>();
        for (String name : List.of("java 1", "java 2")) {
            servers.put(
                    name,
                    JavaPeer.start(
                            name,
                            AdapterMode.STREAMS.connect(redis.url()),
                            builder -> builder.recovery(Recovery.window(Duration.ofMinutes(1)))));
        }
        Map<String, ?> recovering = Map.of("connectionStateRecovery", Map.of("maxDisconnectionDuration", 60_000));
        servers.put(
                "node", SharedProcesses.node().start("recovering", AdapterMode.STREAMS, redis.url(), "", recovering));
        for (Peer server : servers.values()) {
            Eventually.equal(servers.size(), () -> server.serverCount("/"));
        }
    }

    @AfterAll
    static void stopServers() {
        servers.values().forEach(Peer::close);
        redis.close();
    }

    @AfterEach
    void forgetClients() {
        line.pass();
        client.disconnect(); // and so leaves no session for the next test
        witnesses.forEach(RealClient::disconnect);
        Eventually.holds(
                "all have left",
                () -> servers.values().stream()
                        .allMatch(server -> server.fetchSockets(Scope.all().with(Scope.Flag.LOCAL))
                                .isEmpty()));
        SharedProcesses.javaScriptClients().forget();
        line.close();
    }

    /** A client behind a line that can break, and one on each server that knows what has arrived there. */
    private void join(Peer server) {
        for (Peer each : servers.values()) {
            Introduction introduction = Introduction.via(Via.WEBSOCKET).auth("rooms", "[\"" + WITNESS + "\"]");
            RealClient witness = SharedProcesses.javaScriptClients().open(each.port(), introduction);
            witness.expect("connect");
            witness.call("ready").join();
            witnesses.add(witness);
        }
        for (Peer speaker : servers.values()) { // a Node.js server hears nothing before its first reading
            List<RealClient> deaf = new ArrayList<>(witnesses);
            Eventually.holds("everyone hears " + speaker, () -> {
                speaker.emit(Scope.all().to(WITNESS), "audible", speaker.name());
                deaf.removeIf(witness -> witness.poll()
                        .filter(next -> next.arguments().contains(speaker.name()))
                        .isPresent());
                return deaf.isEmpty();
            });
        }
        line = FaultProxy.to(server.port());
        Introduction introduction = Introduction.via(Via.WEBSOCKET).auth("rooms", "[\"room\"]");
        client = SharedProcesses.javaScriptClients()
                .open(line.url("http"), introduction, Map.of("reconnectionDelayMax", 100));
        client.expect("connect");
        client.call("ready").join();
        server.share("/", client.id(), Map.of("name", "Ann"));
    }

    /** Has a server emit, and waits until it has arrived everywhere: what is emitted next comes later in any order. */
    private void say(Peer speaker, Scope scope, @Nullable Object... arguments) {
        speaker.emit(scope, "said", arguments);
        List<@Nullable Object> said = RealClient.shown(Arrays.asList(arguments));
        for (RealClient witness : witnesses) {
            Happening next = witness.next();
            while (!next.name().equals("said")) {
                next = witness.next();
            }
            assertEquals(said, withoutOffset(next));
        }
    }

    private static List<@Nullable Object> withoutOffset(Happening event) {
        List<@Nullable Object> arguments = event.arguments();
        int last = arguments.size() - 1;
        assertTrue(String.valueOf(arguments.get(last)).matches("\\d+-\\d+"), event::toString);
        return arguments.subList(0, last);
    }

    /** The arguments of the client's next event, however often its connection breaks before. */
    private void expect(@Nullable Object... arguments) {
        Happening next = client.next();
        while (List.of("connect", "disconnect", "connect_error").contains(next.name())) {
            next = client.next();
        }
        assertEquals(RealClient.shown(Arrays.asList(arguments)), withoutOffset(next));
    }

    /** Breaks the line, and waits until the server has saved the client's session. */
    private void cut(Peer server) {
        line.refuse();
        line.cut();
        Eventually.equal(List.of(), () -> server.fetchSockets(own(server)));
        Eventually.holds("the session is saved", () -> !sessions().isEmpty());
    }

    private static List<?> sessions() {
        return (List<?>) redis.command("KEYS", "sio:session:*");
    }

    private Scope own(Peer server) {
        return Scope.all().to(client.id()).with(Scope.Flag.LOCAL);
    }

    private void goTo(Peer server) {
        line.lead(server.port());
        line.pass();
    }

    private void requireBack(Peer server, String id) {
        say(server, Scope.all().to("room", WITNESS), "end");
        expect("end");
        assertTrue(client.recovered());
        assertEquals(id, client.id());
        Peer.Fetched back = server.fetchSockets(own(server)).get(0);
        assertEquals(Set.of(id, "room"), back.rooms());
        assertEquals(Map.of("name", "Ann"), back.data());
    }

    @ParameterizedTest
    @EnumSource
    void whatWasMissedFollowsToAnotherServer(Way way) {
        join(way.from());
        String id = client.id();
        say(way.from(), Scope.all(), "before");
        expect("before");
        cut(way.from());
        for (Peer speaker : servers.values()) {
            say(speaker, Scope.all().to("room", WITNESS), "room", speaker.name());
            say(speaker, Scope.all().to(id, WITNESS), "own", new byte[] {1, -1}, List.of(new byte[] {2}));
            say(speaker, Scope.all().to("elsewhere", WITNESS), "not for it");
            say(speaker, Scope.all().except("room"), "not for it either");
            say(speaker, Scope.all(), "all", Map.of("n", 1));
        }
        goTo(way.to());
        for (Peer speaker : servers.values()) {
            expect("room", speaker.name());
            expect("own", new byte[] {1, -1}, List.of(new byte[] {2}));
            expect("all", Map.of("n", 1));
        }
        requireBack(way.to(), id);
        assertEquals(List.of(), sessions());
    }

    /** And back again: each server reads what the other has saved. */
    @ParameterizedTest
    @EnumSource
    void aClientMayMoveAgainAndAgain(Way way) {
        join(way.from());
        String id = client.id();
        say(way.from(), Scope.all(), 0);
        expect(0);
        Peer here = way.from();
        Peer there = way.to();
        for (int i = 1; i <= 4; i++) {
            cut(here);
            say(here, Scope.all().to("room", WITNESS), i, "from there");
            goTo(there);
            expect(i, "from there");
            say(here, Scope.all().to("room", WITNESS), i, "later");
            expect(i, "later");
            Peer last = here;
            here = there;
            there = last;
        }
        requireBack(here, id);
    }

    @Test
    void joinsAndLeavesWhileAwayCountWhoeverTellsThem() {
        join(servers.get("java 1"));
        String id = client.id();
        say(servers.get("java 1"), Scope.all(), "before");
        expect("before");
        cut(servers.get("java 1"));
        Peer node = servers.get("node");
        Peer other = servers.get("java 2");
        say(node, Scope.all().to("later", WITNESS), "not yet");
        node.socketsJoin(Scope.all().to("room"), "later");
        say(node, Scope.all().to("later", WITNESS), "now");
        other.socketsLeave(Scope.all().to(id), "later");
        say(other, Scope.all().to("later", WITNESS), "no more");
        goTo(other);
        expect("now");
        requireBack(other, id);
    }

    @Test
    void whoIsDisconnectedWhileAwayComesWithANewSession() {
        join(servers.get("java 1"));
        String id = client.id();
        say(servers.get("java 1"), Scope.all(), "before");
        expect("before");
        cut(servers.get("java 1"));
        say(servers.get("java 1"), Scope.all().to("room", WITNESS), "missed");
        servers.get("node").disconnectSockets(Scope.all().to("room"));
        say(servers.get("node"), Scope.all().to(WITNESS), "after that");
        goTo(servers.get("java 2"));
        client.expect("disconnect", "transport close");
        client.expectConnectInTheEnd();
        assertFalse(client.recovered());
        assertNotEquals(id, client.id());
    }

    /** All servers emit all the time, while the client moves between those of Java. */
    @Test
    void cutManyTimesUnderTrafficFromEverywhere() throws Exception {
        join(servers.get("java 1"));
        String id = client.id();
        say(servers.get("node"), Scope.all(), "before"); // nobody is deaf to it
        expect("before");
        AtomicBoolean over = new AtomicBoolean();
        Map<String, Long> sent = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        for (Peer speaker : servers.values()) {
            List<Scope> scopes = List.of(Scope.all().to(id), Scope.all().to("room"), Scope.all());
            Thread thread = new Thread(() -> {
                long n = 0;
                for (; !over.get(); n++) {
                    speaker.emit(scopes.get((int) (n % 3)), "tick", speaker.name(), n);
                    LockSupport.parkNanos(3_000_000);
                }
                sent.put(speaker.name(), n);
            });
            threads.add(thread);
            thread.start();
        }
        Random random = new Random(1);
        Scope back = Scope.all().to(id).with(Scope.Flag.LOCAL);
        Peer there = servers.get("java 2");
        Peer here = servers.get("java 1");
        int cuts = Boolean.getBoolean("gangway.long") ? 300 : 5;
        for (int i = 0; i < cuts; i++) {
            LockSupport.parkNanos(random.nextInt(60) * 1_000_000L);
            line.lead(there.port());
            if (i % 2 == 0) {
                line.cut();
            } else {
                line.cutUnnoticed();
            }
            Peer awaited = there;
            Eventually.equal(1, () -> awaited.fetchSockets(back).size());
            there = here;
            here = awaited;
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        servers.values().forEach(speaker -> speaker.emit(Scope.all().to(id), "end", speaker.name()));
        Map<String, Long> next = new HashMap<>();
        for (int ends = 0; ends < servers.size(); ) {
            Happening event = client.next();
            ends += event.name().equals("end") ? 1 : 0;
            if (event.name().equals("tick")) {
                String speaker = String.valueOf(event.arguments().get(0));
                assertEquals(next.getOrDefault(speaker, 0L), event.arguments().get(1), speaker);
                next.merge(speaker, 1L, Long::sum);
            }
        }
        assertEquals(sent, next);
        assertEquals(id, client.id());
        assertTrue(client.recovered());
    }
}
