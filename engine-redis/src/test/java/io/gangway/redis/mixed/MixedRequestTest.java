package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gangway.clients.RealClient;
import io.gangway.clients.WireClient;
import io.gangway.redis.mixed.Peer.Gathered;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server sends requests to the clients of other servers, and to these servers, and gets every answer. */
@ParameterizedClass
@EnumSource
class MixedRequestTest extends MixedClusterTest {
    private static final Duration ENOUGH = WireClient.PATIENCE;

    /** What an application finds in a handshake. */
    private static final Map<Peer.Kind, Set<String>> HANDSHAKE = Map.of(
            Peer.Kind.NODE,
            Set.of("headers", "time", "address", "xdomain", "secure", "issued", "url", "query", "auth"),
            Peer.Kind.JAVA,
            Set.of("headers", "time", "address", "secure", "url", "query", "auth"));

    @ParameterizedTest
    @EnumSource
    void clientsAnswer(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/", "red");
        RealClient one = cluster.join(near, "/", "red");
        RealClient other = cluster.join(far, "/", "blue");
        Scope all = Scope.all().timeout(ENOUGH);

        assertEquals(new Gathered(List.of(), ""), sender.emitWithAck(all.to("nobody"), "echo", 1));
        assertEquals(new Gathered(List.of(2L), ""), sender.emitWithAck(all.to(one.id()), "echo", 2));
        assertEquals(new Gathered(List.of(3L, 3L), ""), sender.emitWithAck(all.to("red"), "echo", 3));
        assertEquals(new Gathered(List.of("x", "x", "x"), ""), sender.emitWithAck(all, "echo", "x"));
        Map<String, ?> binary = Map.of("a", List.of(new byte[] {1, 2, 3}));
        assertEquals(
                new Gathered(RealClient.shown(List.of(binary, binary)), ""),
                sender.emitWithAck(all.except(own.id()), "echo", binary));

        own.expect("echo", 3).expect("echo", "x");
        one.expect("echo", 2).expect("echo", 3).expect("echo", "x").expect("echo", binary);
        other.expect("echo", "x").expect("echo", binary);
        expectNothingElse("/", own, one, other);
    }

    @ParameterizedTest
    @EnumSource
    void clientsThatDoNotAnswerCostNoOtherAnswer(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/", "red");
        RealClient one = cluster.join(near, "/", "red");
        RealClient other = cluster.join(far, "/", "red");
        List<RealClient> clients = List.of(own, one, other);

        Gathered all = answersOfAllBut(other, Duration.ofMillis(300), clients);
        if (all.received().size() < 2) { // a slow machine takes longer
            all = answersOfAllBut(other, ENOUGH.dividedBy(2), clients);
        }

        assertEquals(List.of(other.id(), other.id()), all.received());
        assertFalse(all.failure().isEmpty());
        expectNothingElse("/", own, one, other);
    }

    private Gathered answersOfAllBut(RealClient silent, Duration time, List<RealClient> clients) {
        Gathered answers = sender.emitWithAck(Scope.all().to("red").timeout(time), "all but", silent.id());
        clients.forEach(client -> client.expect("all but", silent.id()));
        return answers;
    }

    @ParameterizedTest
    @EnumSource
    void socketsAreFetched(Direction direction) {
        take(direction);
        RealClient own = cluster.join(sender, "/", "red");
        RealClient one = cluster.join(near, "/", "red", "blue");
        RealClient other = cluster.join(far, "/", "blue");
        Instant when = Instant.parse("2026-11-25T10:00:00.123Z");
        near.share("/", one.id(), Map.of("name", "ünï", "blob", new byte[] {1, 2, 3}, "when", when, "n", 7));
        far.share("/", other.id(), Map.of("when", when));

        assertEquals(
                Set.of(own.id(), one.id(), other.id()), fetched(Scope.all()).keySet());
        assertEquals(Set.of(own.id(), one.id()), fetched(Scope.all().to("red")).keySet());
        assertEquals(
                Set.of(own.id(), one.id(), other.id()),
                fetched(Scope.all().to("red", "blue")).keySet());
        assertEquals(Set.of(other.id()), fetched(Scope.all().except("red")).keySet());
        assertEquals(Set.of(), fetched(Scope.all().to("nobody")).keySet());
        assertEquals(
                Set.of(own.id()), fetched(Scope.all().with(Scope.Flag.LOCAL)).keySet());

        Map<String, Peer.Fetched> all = fetched(Scope.all());
        assertEquals(Set.of(one.id(), "red", "blue"), all.get(one.id()).rooms());
        assertEquals(
                Map.of("name", "ünï", "blob", "binary 010203", "when", when.toString(), "n", 7L),
                plain(all.get(one.id()).data()));
        assertEquals(Map.of("when", when.toString()), plain(all.get(other.id()).data()));
        for (Peer.Fetched socket : all.values()) {
            Map<String, @Nullable Object> handshake = socket.handshake();
            assertTrue(handshake.keySet().containsAll(HANDSHAKE.get(sender.kind())), () -> "has " + handshake.keySet());
            assertEquals("4", ((Map<?, ?>) handshake.get("query")).get("EIO"));
            assertTrue(((Map<?, ?>) handshake.get("headers")).containsKey("host"));
            assertTrue(((Map<?, ?>) handshake.get("auth")).get("rooms") instanceof String);
            assertTrue(
                    String.valueOf(handshake.get("url")).startsWith("/socket.io/?"),
                    () -> "is " + handshake.get("url"));
            assertEquals(false, handshake.get("secure"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void serversHearAndAnswer(Direction direction) {
        take(direction);
        List<Peer> others =
                cluster.peers().stream().filter(peer -> !peer.equals(sender)).toList();

        sender.serverSideEmit("/", "news", "plain", 1, null);
        sender.serverSideEmit("/", "news", "binary", Map.of("in", new byte[] {1, 2}));
        sender.serverSideEmit("/admin", "news", "elsewhere");
        Gathered answers = sender.serverSideEmitWithAck("/", "question", "who?", new byte[] {3, 4});

        Set<List<?>> expected = new HashSet<>();
        for (Peer other : others) {
            expected.add(List.of(other.name(), "who?", "binary 0304"));
        }
        assertEquals("", answers.failure());
        assertEquals(
                expected,
                answers.received().stream().map(MixedRequestTest::plain).collect(Collectors.toSet()));
        for (Peer other : others) {
            Set<String> heard = new HashSet<>();
            List<List<?>> main = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Peer.ServerEvent event = other.nextServerEvent();
                heard.add(event.namespace() + " " + event.name());
                if (event.namespace().equals("/")) {
                    main.add((List<?>) plain(event.arguments()));
                }
            }
            assertEquals(Set.of("/ news", "/ question", "/admin news"), heard);
            assertEquals(
                    List.of(
                            Arrays.asList("plain", 1L, null),
                            List.of("binary", Map.of("in", "binary 0102")),
                            List.of("who?", "binary 0304")),
                    main,
                    other.name());
        }
        // By now its own event would have come back.
        assertEquals("", sender.serverSideEmitWithAck("/", "question").failure());
        others.forEach(Peer::nextServerEvent);
        cluster.peers().forEach(peer -> assertTrue(peer.hasHeardAll(), peer.name()));
    }

    @ParameterizedTest
    @EnumSource
    void serversAreCounted(Direction direction) {
        take(direction);
        assertEquals(cluster.size(), sender.serverCount("/"));
        assertEquals(cluster.size(), sender.serverCount("/admin"));
    }

    @ParameterizedTest
    @EnumSource
    void roomsAreListed(Direction direction) {
        assumeTrue(
                mode.isClassic() || direction.from == Peer.Kind.JAVA,
                "the other adapters of Node.js have no such request");
        take(direction);
        RealClient own = cluster.join(sender, "/", "red");
        RealClient one = cluster.join(near, "/", "blue");
        RealClient other = cluster.join(far, "/", "blue", "green");

        Set<String> rooms = sender.allRooms("/");

        // A Node.js server lists the rooms of sockets' ids too.
        Set<String> ids = Set.of(own.id(), one.id(), other.id());
        assertEquals(
                Set.of("red", "blue", "green"),
                rooms.stream().filter(room -> !ids.contains(room)).collect(Collectors.toSet()));
    }

    private Map<String, Peer.Fetched> fetched(Scope scope) {
        return sender.fetchSockets(scope).stream().collect(Collectors.toMap(Peer.Fetched::id, Function.identity()));
    }

    /**
     * The same value with what becomes of binary, and of dates, where requests are JSON: JavaScript's
     * {@code {"type":"Buffer","data":[1,2,3]}} is shown as binary, a date as its text.
     */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Map<?, ?> map
                && "Buffer".equals(map.get("type"))
                && map.get("data") instanceof List<?> data) {
            byte[] bytes = new byte[data.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = ((Number) data.get(i)).byteValue();
            }
            return plain(bytes);
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> plain = new HashMap<>();
            map.forEach((key, inner) -> plain.put(key, plain(inner)));
            return plain;
        } else if (value instanceof List<?> list) {
            return list.stream().map(MixedRequestTest::plain).collect(Collectors.toList());
        } else if (value instanceof Instant instant) {
            return instant.toString();
        }
        return RealClient.shown(Arrays.asList(value)).get(0);
    }
}
