package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.Eventually;
import io.gangway.testing.TimeBound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three nodes, each in a process of its own, of which one is killed while all of them send. */
@Timeout(120)
class NodeDeathTest {
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    /** How long other nodes and clients have to answer: the default, or less. */
    private static final Duration TIMEOUT = Duration.ofSeconds(LONG ? 5 : 2);

    private static final Duration SLACK = Duration.ofSeconds(2);
    /** How soon a node that was killed is no longer counted. */
    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(10);

    private static final Set<String> QUESTIONS = Set.of("sockets", "servers", "clients");
    private static final int ROUNDS = LONG ? 100 : 20;
    private static final Set<String> SURVIVORS = Set.of("A", "B");

    private final List<NodeJvm> nodes = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (NodeJvm node : nodes) {
            node.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void survivorsLoseNothingAndWaitNoLongerThanTheirTimeout(RedisMode mode) throws Exception {
        String key = UUID.randomUUID().toString();
        for (String name : List.of("A", "B", "C")) {
            nodes.add(NodeJvm.start(name, key, mode, TIMEOUT));
        }
        for (NodeJvm node : nodes) {
            node.connect();
        }
        NodeJvm a = nodes.get(0);
        NodeJvm b = nodes.get(1);
        NodeJvm c = nodes.get(2);
        for (NodeJvm node : nodes) {
            Eventually.holds("three nodes", () -> node.ask("count").equals("3"));
            Eventually.holds("it hears all", () -> node.ask("up").equals("true"));
        }

        // C's client never answers: C owes a response to every request.
        List<CompletableFuture<Void>> listening = List.of(a.listenUntilDone(SURVIVORS), b.listenUntilDone(SURVIVORS));
        nodes.forEach(node -> node.ask("begin"));
        awaitTicks(20);
        List<CompletableFuture<NodeJvm.Answer>> questions = new ArrayList<>();
        long killed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            if (round == ROUNDS / 4) {
                c.freeze(); // so that it owes responses of each kind when it dies
            }
            if (round == ROUNDS / 2) {
                c.kill();
                killed = System.nanoTime();
            }
            for (NodeJvm survivor : List.of(a, b)) {
                for (String question : QUESTIONS) {
                    questions.add(survivor.order(question));
                }
            }
            awaitTicks(10);
        }
        for (NodeJvm survivor : List.of(a, b)) {
            Duration rest = KNOWN_WITHIN.minusNanos(System.nanoTime() - killed);
            Node.eventually("two nodes", rest, () -> survivor.ask("count").equals("2"));
            // Of a node that is just standing still there may be no answer in time.
            Eventually.equal("all 2", () -> survivor.ask("sockets"));
            Eventually.equal("all 1", () -> survivor.ask("servers"));
            Eventually.equal("all 2", () -> survivor.ask("clients"));
        }
        assertNobodyWaitedLong(questions);
        awaitTicks(100);

        a.ask("end");
        b.ask("end");
        for (CompletableFuture<Void> one : listening) {
            one.get(30, TimeUnit.SECONDS);
        }
        for (NodeJvm listener : List.of(a, b)) {
            for (String sender : SURVIVORS) {
                assertEquals(upTo(listener.totalOf(sender)), listener.ticksOf(sender), "each once, from " + sender);
            }
            List<Integer> ofC = listener.ticksOf("C");
            assertEquals(upTo(ofC.size()), ofC, "what C said while it lived");
        }
    }

    private static void assertNobodyWaitedLong(List<CompletableFuture<NodeJvm.Answer>> questions) throws Exception {
        Set<String> partial = new HashSet<>();
        for (CompletableFuture<NodeJvm.Answer> question : questions) {
            NodeJvm.Answer answer = question.get(30, TimeUnit.SECONDS);
            assertTrue(answer.answer().matches("(all|partial) \\d+"), answer.toString());
            TimeBound.assertWithin(TIMEOUT.plus(SLACK), answer.took(), answer);
            if (answer.answer().startsWith("partial")) {
                partial.add(answer.order());
            }
        }
        assertEquals(QUESTIONS, partial, "C owed answers when it was killed");
    }

    /** Waits until each survivor has received so many more from both. */
    private void awaitTicks(int more) {
        List<Runnable> goals = new ArrayList<>();
        for (NodeJvm listener : nodes.subList(0, 2)) {
            for (String sender : SURVIVORS) {
                int goal = listener.ticksOf(sender).size() + more;
                goals.add(() -> Eventually.holds(
                        more + " more ticks of " + sender,
                        () -> listener.ticksOf(sender).size() >= goal));
            }
        }
        goals.forEach(Runnable::run);
    }

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }
}
