package io.gangway.engineio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.CloseReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Steps of an upgrade in every order that a client and a network can bring about, one at a time: each message arrives
 * exactly once and in order, each request is answered, and nothing is left.
 *
 * <p>All orders of up to five steps, and random ones of twenty. With {@code -Dgangway.long=true}: of seven steps, and more
 * random ones, {@code -Dgangway.seed=..} for others.
 */
class UpgradeOrdersTest extends EngineIoFixture {
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int DEPTH = LONG ? 7 : 5;
    private static final int WALKS = LONG ? 500_000 : 10_000;
    private static final int WALK = 20;
    private static final long SEED = Long.getLong("gangway.seed", 20261126L);

    enum Step {
        /** A GET arrives. */
        POLL,
        /** The answer to a GET has been written. */
        SENT,
        /** A WebSocket opens and sends its probe. */
        PROBE,
        /** Another WebSocket opens meanwhile: it is turned away. */
        RIVAL,
        /** The WebSocket sends the upgrade packet, whether or not a GET or POST is still under way. */
        UPGRADE,
        /** The WebSocket closes. */
        DROP,
        /** The time passes after which a poll is released for the upgrade. */
        GRACE,
        /** The application emits. */
        EMIT,
        /** A flusher has its turn. */
        FLUSH,
        /** A POST arrives, without its body. */
        POST,
        /** The POST's body arrives. */
        BODY,
        /** The client sends over the WebSocket that has become its transport. */
        SEND,
        /** The application disconnects the client. */
        CLOSE
    }

    /** One session, and what its client sees of it. */
    private final class Run {
        private final EngineIoSession session = polling();
        private final List<String> emitted = new ArrayList<>();
        private final List<String> received = new ArrayList<>();
        private final List<String> sent = new ArrayList<>();
        private final List<FakeExchange> posts = new ArrayList<>();
        private final List<FakeTransport> webSockets = new ArrayList<>();

        private @Nullable FakeExchange poll;
        private @Nullable FakeExchange unwritten;
        private @Nullable PollingPost post;
        private @Nullable FakeTransport webSocket;
        private boolean upgradeSent;
        private boolean closed;
        /** The client closed the transport that it used: what was under way may be lost. */
        private boolean broken;

        /** Takes a step; false if it cannot come now. */
        boolean take(Step step) {
            boolean possible = switch (step) {
                case POLL -> poll == null && unwritten == null && isPolling() && !upgradeSent;
                case SENT -> unwritten != null;
                case PROBE -> webSocket == null && isPolling() && !closed && webSockets.size() < 2;
                case RIVAL, UPGRADE -> webSocket != null && !upgradeSent;
                case DROP -> webSocket != null;
                case GRACE -> poll != null || webSocket != null;
                case EMIT -> !closed && !broken && emitted.size() < 4;
                case FLUSH -> true;
                case POST -> post == null && isPolling() && !closed && !upgradeSent;
                case BODY -> post != null;
                case SEND -> webSocket != null && !isPolling() && !closed;
                case CLOSE -> !closed && !broken;
            };
            if (possible) {
                act(step);
                look();
                assertEquals(emitted.subList(0, received.size()), received);
            }
            return possible;
        }

        private boolean isPolling() {
            return session.transport().equals("polling");
        }

        private void act(Step step) {
            switch (step) {
                case POLL -> {
                    poll = FakeExchange.slow();
                    session.onPoll(poll);
                }
                case SENT -> {
                    unwritten.sent();
                    unwritten = null;
                }
                case PROBE -> {
                    FakeTransport opening = new FakeTransport();
                    webSockets.add(opening);
                    if (session.offer(opening)) {
                        webSocket = opening;
                        session.onText(opening, "2probe");
                    }
                }
                case RIVAL -> assertFalse(session.offer(new FakeTransport()));
                case UPGRADE -> {
                    upgradeSent = true;
                    session.onText(webSocket, "5");
                    if (isPolling()) { // refused: the client goes on polling
                        upgradeSent = false;
                        webSocket = null;
                    }
                }
                case DROP -> {
                    broken |= !isPolling();
                    session.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "");
                    webSocket = null;
                    upgradeSent = broken;
                }
                case GRACE -> pass(GRACE.plus(SLACK));
                case EMIT -> {
                    emitted.add("4" + emitted.size());
                    send(session, emitted.get(emitted.size() - 1).substring(1));
                }
                case FLUSH -> flush();
                case POST -> {
                    FakeExchange exchange = FakeExchange.quick();
                    posts.add(exchange);
                    post = session.onPost(exchange);
                }
                case BODY -> {
                    if (!closed) {
                        sent.add("p" + sent.size());
                    }
                    post.complete("4p" + (closed ? "late" : sent.size() - 1));
                    post = null;
                }
                case SEND -> {
                    sent.add("w" + sent.size());
                    session.onText(webSocket, "4w" + (sent.size() - 1));
                }
                case CLOSE -> {
                    closed = true;
                    session.close(CloseReason.FORCED_CLOSE, "");
                }
            }
        }

        /** Takes note of what has arrived at the client. */
        private void look() {
            if (poll != null && poll.answer() != null) {
                String answer = poll.answer();
                if (answer.startsWith("200 ")) {
                    note(List.of(answer.substring(4).split("\\|")));
                    unwritten = poll;
                }
                poll = null;
            }
            webSockets.forEach(each -> note(each.next()));
        }

        private void note(List<String> packets) {
            packets.stream().filter(packet -> packet.startsWith("4")).forEach(received::add);
        }

        /** Everything under way comes to its end, and the client takes what is left. */
        void settle() {
            for (int i = 0; i < 12 && !broken; i++) {
                take(Step.SENT);
                take(Step.BODY);
                take(Step.POLL);
                take(Step.GRACE);
                take(Step.FLUSH);
            }
            if (!broken) {
                assertEquals(emitted, received);
            }
            take(Step.CLOSE);
            look();
            List<FakeExchange> open = new ArrayList<>(posts);
            if (poll != null) {
                open.add(poll);
            }
            session.abandon();
            take(Step.SENT);
            open.forEach(exchange -> assertNotNull(exchange.answer(), "each request is answered"));
            List<String> heard = new ArrayList<>(hall.heard());
            assertTrue(heard.remove(heard.size() - 1).startsWith("closed "), () -> "told once of the end: " + heard);
            assertEquals(sent, heard);
        }
    }

    private void play(Iterable<Step> steps) {
        List<Step> taken = new ArrayList<>();
        try {
            Run run = new Run();
            for (Step step : steps) {
                if (run.take(step)) {
                    taken.add(step);
                }
            }
            run.settle();
        } catch (Throwable failure) {
            throw new AssertionError(String.valueOf(taken), failure);
        }
    }

    /** Whether all of these steps can be taken, one after the other. */
    private boolean isPossible(Step[] steps, int length) {
        Run run = new Run();
        boolean possible = true;
        for (int i = 0; i < length && possible; i++) {
            possible = run.take(steps[i]);
        }
        run.session.close(CloseReason.TRANSPORT_ERROR, "");
        run.session.abandon();
        hall.heard();
        return possible;
    }

    @Test
    void everyOrderOfFewStepsIsSound() {
        int orders = extend(new Step[DEPTH], 0);
        assertTrue(orders > 5_000, orders + " orders");
        assertNothingLeft();
    }

    private int extend(Step[] steps, int length) {
        if (length == steps.length) {
            play(Arrays.asList(steps));
            return 1;
        }
        int orders = 0;
        for (Step step : Step.values()) {
            steps[length] = step;
            if (isPossible(steps, length + 1)) {
                orders += extend(steps, length + 1);
            }
        }
        return orders;
    }

    @Test
    void longRandomOrdersAreSound() {
        for (int i = 0; i < WALKS; i++) {
            long seed = SEED + i;
            try {
                play(
                        new Random(seed)
                                .ints(WALK * 3L, 0, Step.values().length)
                                .mapToObj(each -> Step.values()[each])::iterator);
            } catch (AssertionError failure) {
                throw new AssertionError("-Dgangway.seed=" + seed, failure);
            }
        }
        assertNothingLeft();
    }
}
