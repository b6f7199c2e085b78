package io.gangway.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.Payload;
import io.gangway.connection.Delivery;
import io.gangway.protocol.Emission;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.ParserLimits;
import io.gangway.protocol.SocketIoCodec;
import io.gangway.testing.LiveObjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is kept for whom, and for how long: time is in the test's hands. */
class HistoryTest {
    private static final Duration WINDOW = Duration.ofMinutes(2);
    private static final Duration HEARTBEAT = Duration.ofSeconds(45);

    private static final Payload NO_DATA = new Payload() {
        @Override
        public boolean hasBinary() {
            return false;
        }

        @Override
        public String json() {
            return "null";
        }

        @Override
        public Object value() {
            return "";
        }
    };

    private final JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
    private final PacketCodec codec = new SocketIoCodec(binding).withOffsets();
    private final AtomicInteger over = new AtomicInteger();
    private long now;
    private final Keeping keeping =
            new Keeping(new Keeping.Bounds(WINDOW, HEARTBEAT, 1 << 20, 500, 100), (delay, task) -> {}, () -> now);
    private final NodeHistory history = new NodeHistory(keeping);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void inside(Runnable action) {
        history.enter();
        try {
            action.run();
        } finally {
            history.leave();
        }
    }

    private Session begin() {
        Session[] begun = new Session[1];
        inside(() -> begun[0] = history.begin("id", "", () -> {}));
        return begun[0];
    }

    /** Sends an event to a room, and returns its offset; empty if it has none. */
    private String send(String room, int number) {
        Emission emission = emission(number);
        inside(() -> history.place(emission, Set.of(room), Set.of()));
        String text = emission.frame(codec).text();
        return text.endsWith("\"]") ? text.substring(text.lastIndexOf(',') + 2, text.length() - 2) : "";
    }

    private Emission emission(int number) {
        return new Emission("/", PacketCodec.NO_ACK, "e", binding.writeEvent("e", List.of(number)), Delivery.RELIABLE);
    }

    private void cut(Session session) {
        inside(() -> assertTrue(history.keep(session, "", Set.of("own"), NO_DATA, over::incrementAndGet)));
    }

    /** What the client missed, by number; null if it does not get its session back. */
    private List<String> back(Session session, String offset) {
        Recollection recollection = history.recollect(session, offset).missed();
        if (recollection == null) {
            return null;
        }
        inside(() -> assertTrue(history.claim(recollection, () -> {})));
        List<String> missed = new ArrayList<>();
        recollection.forEachMissed(
                emission -> missed.add(String.valueOf(emission.elements().value(1))));
        return missed;
    }

    @Test
    void anIdleClientComesBackThoughItsOffsetIsLongForgotten() {
        Session session = begin();
        String offset = send("own", 0);
        for (int i = 0; i < 600; i++) {
            pass(Duration.ofSeconds(1));
            send("other", i);
        }
        assertTrue(keeping.packets() < 200);
        cut(session);
        send("own", 7);
        pass(Duration.ofMinutes(1));
        assertEquals(List.of("7"), back(session, offset));
        assertEquals(1, over.get());
    }

    @Test
    void whatBoundsHaveForgottenIsNotKnown() {
        Session session = begin();
        String offset = send("own", 0);
        cut(session);
        for (int i = 0; i < 501; i++) {
            send("other", i);
        }
        assertEquals(500, keeping.packets());
        assertNull(back(session, offset));
        assertEquals(1, keeping.refused(Keeping.Refused.INCOMPLETE));
    }

    @Test
    void whoClaimsToHaveReceivedWhatWasSentWhileAwayIsNotBelieved() {
        Session session = begin();
        cut(session);
        inside(() -> history.disconnected(Set.of("own"), Set.of()));
        assertNull(history.recollect(session, send("own", 0)).missed());
        assertEquals(1, keeping.refused(Keeping.Refused.INCOMPLETE));
    }

    @Test
    void whatATwiceAbsentClientMissedAtFirstIsNotTakenForReceived() {
        Session session = begin();
        String offset = send("own", 0);
        send("own", 1);
        cut(session);
        pass(Duration.ofSeconds(100));
        assertEquals(List.of("1"), back(session, offset));
        cut(session); // before it has received anything
        pass(Duration.ofSeconds(100));
        send("other", 0); // time has passed: the oldest are forgotten
        assertNull(back(session, offset));
    }

    @Test
    void aSessionIsClaimedOnceForEachAbsence() {
        Session session = begin();
        cut(session);
        Recollection one = history.recollect(session, null).missed();
        Recollection other = history.recollect(session, null).missed();
        assertNotNull(one);
        assertNotNull(other);
        inside(() -> {
            assertTrue(history.claim(one, () -> {}));
            assertFalse(history.claim(other, () -> {}));
        });
        cut(session);
        inside(() -> assertFalse(history.claim(other, () -> {}), "from an earlier absence"));
        assertEquals(List.of(), back(session, null));
    }

    @Test
    void theWindowEndsASession() {
        Session session = begin();
        cut(session);
        pass(WINDOW.plusNanos(1));
        assertNull(back(session, null));
        history.expire();
        assertNull(history.find(session.privateId()));
        assertEquals(1, over.get());
        assertEquals(0, keeping.away());
    }

    @Test
    void sessionsThatTakeTooMuchAreNotKept() {
        Set<String> rooms = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            rooms.add("room".repeat(50) + i);
        }
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Session session = begin();
            inside(() -> {
                if (history.keep(session, "", rooms, NO_DATA, () -> {})) {
                    sessions.add(session);
                }
            });
        }
        assertTrue(sessions.size() >= 3 && sessions.size() < 6, sessions.size() + " of 1 MiB");
        assertEquals(sessions.size(), keeping.away());
        assertEquals(20 - sessions.size(), keeping.unkept());
        sessions.forEach(session -> back(session, null));
        cut(begin());
        assertEquals(1, keeping.away());
    }

    @Test
    void nothingIsKeptForNobody() {
        send("own", 0);
        assertEquals(0, keeping.packets());
        Session session = begin();
        send("own", 1);
        assertEquals(1, keeping.packets());
        inside(() -> history.end(session));
        assertEquals(0, keeping.packets());
        assertEquals(0, keeping.bytes());
    }

    @Test
    void whatIsNoLongerKeptIsNotHeldEither() {
        NodeHistory other = new NodeHistory(keeping);
        begin();
        send("own", 0);
        inside(() -> other.begin("id", "", () -> {}));
        Session last = new ArrayList<>(other.sessions.values()).get(0);
        for (int i = 0; i < 400; i++) {
            inside(() -> other.place(emission(0), Set.of(), Set.of()));
        }
        assertEquals(401, keeping.packets());
        long before = LiveObjects.count(Kept.class);
        inside(() -> other.end(last));
        assertEquals(1, keeping.packets());
        long after = LiveObjects.count(Kept.class); // what other tests have left may be gone too
        assertTrue(after <= before - 400, before + " before, and " + after + " after");
    }

    @Test
    void whatMustNotRunInsideRunsAfterwards() {
        List<String> ran = new ArrayList<>();
        inside(() -> {
            inside(() -> History.outside(() -> ran.add("task")));
            assertEquals(List.of(), ran);
        });
        assertEquals(List.of("task"), ran);
        History.outside(() -> ran.add("at once"));
        assertEquals(List.of("task", "at once"), ran);
    }

    @Test
    void allThatMustNotRunInsideRunsHoweverMuchOrBadItIs() {
        AtomicInteger ran = new AtomicInteger();
        IllegalStateException failure = assertThrows(
                IllegalStateException.class,
                () -> inside(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        History.outside(ran::incrementAndGet);
                        if (i % 50_000 == 0) {
                            String number = String.valueOf(i);
                            History.outside(() -> {
                                throw new IllegalStateException(number);
                            });
                        }
                    }
                }));
        assertEquals(100_000, ran.get());
        assertEquals("0", failure.getMessage());
        assertEquals("50000", failure.getSuppressed()[0].getMessage());
    }
}
