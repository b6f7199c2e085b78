package io.gangway.engineio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.Flusher;
import io.gangway.connection.Frame;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.Laggards;
import io.gangway.connection.ManualLooks;
import io.gangway.connection.UpgradeRequest;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** A server of Engine.IO in the hands of a test: its clock, its turns, and the requests that reach it. */
abstract class EngineIoFixture {
    static final Duration MILLI = Duration.ofMillis(1);
    /** How long a poll is held back for a client that is about to leave polling. */
    static final Duration GRACE = Duration.ofMillis(100);
    /** Two turns of the wheel. */
    static final Duration SLACK = Duration.ofMillis(20);

    static final String NOOP = "200 6";
    static final String CLOSE = "200 1";

    static final UpgradeRequest REQUEST =
            new UpgradeRequest("/socket.io/", Map.of(), Map.of(), "127.0.0.1", false, Instant.EPOCH);
    static final EngineIoSettings SETTINGS = new EngineIoSettings(
            Duration.ofSeconds(25),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            1_000_000,
            Set.of("polling", "websocket"),
            true);

    final ManualClock clock = new ManualClock();
    final Deadlines deadlines = Deadlines.byHand(clock);
    final Flusher flusher = Flusher.byHand();
    final FakeHall hall = new FakeHall();
    final Laggards laggards =
            new Laggards(ManualLooks.limits(1_000_000), (delay, task) -> deadlines.after(delay, task)::cancel);
    InboundBudget budget = InboundBudget.unlimited();
    EngineIoServer server = server(SETTINGS);

    EngineIoServer server(EngineIoSettings settings) {
        return new EngineIoServer(settings, hall, flusher, laggards, deadlines, budget);
    }

    static Query query(String transport, String sid) {
        return new Query(Map.of("EIO", "4", "transport", transport, "sid", sid), Set.of());
    }

    /** A session whose client has got the open packet. */
    EngineIoSession polling() {
        FakeExchange handshake = FakeExchange.quick();
        server.openPolling(REQUEST, handshake);
        return session(handshake.opened().get(0));
    }

    EngineIoSession session(String sid) {
        try {
            EngineIoSession session = server.verify("GET", query("polling", sid), false);
            assertNotNull(session);
            return session;
        } catch (EngineIoException refused) {
            throw new AssertionError(refused);
        }
    }

    /** The error that a request with this sid gets, if any. */
    String refusal(String transport, EngineIoSession session) {
        try {
            server.verify("GET", query(transport, session.sid()), transport.equals("websocket"));
            return "none";
        } catch (EngineIoException refused) {
            return refused.error().name();
        }
    }

    FakeExchange poll(EngineIoSession session) {
        FakeExchange exchange = FakeExchange.quick();
        session.onPoll(exchange);
        return exchange;
    }

    FakeExchange post(EngineIoSession session, String body) {
        FakeExchange exchange = FakeExchange.quick();
        PollingPost post = session.onPost(exchange);
        if (post != null) {
            post.complete(body.replace('|', '\u001e'));
        }
        return exchange;
    }

    static void send(EngineIoSession session, String... texts) {
        for (String text : texts) {
            session.send(Frame.of(text));
        }
    }

    /** All turns there are; a queue that keeps scheduling itself has no end of them. */
    void flush() {
        int turns = 0;
        while (flusher.turn()) {
            assertTrue(++turns < 1_000, "turns without end");
        }
    }

    void pass(Duration time) {
        clock.advance(time, deadlines);
        flush();
    }

    /** Nothing of any session is left: not in the server, not on the wheel. */
    void assertNothingLeft() {
        assertEquals(0, server.sessions());
        pass(Duration.ofMillis(150)); // what a client that is leaving may still be waited for
        assertEquals(0, deadlines.pending());
    }
}
