package io.gangway.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaggardsTest {
    private static final int KIB = 1024;

    private final Flusher flusher = Flusher.byHand();
    private final ManualLooks looks = new ManualLooks();
    private Laggards laggards = new Laggards(ManualLooks.limits(100 * KIB, 1000 * KIB, 3000 * KIB), looks);
    private final List<String> slow = new ArrayList<>();

    /** A transport that takes one write, and of its bytes as many as the test says. */
    private final class Pipe implements Outlet {
        private final Outbound outbound;
        private final String name;
        private long progress;
        private boolean writes;

        Pipe(String name) {
            this.name = name;
            outbound = new Outbound(flusher, laggards, this::isTooSlow);
            outbound.attach(this);
        }

        private void isTooSlow(String reason) {
            slow.add(name + ": " + reason);
            assertFalse(Thread.holdsLock(outbound));
            outbound.discard();
        }

        Pipe sends(int kib) {
            outbound.add(Frame.of("x".repeat(kib * KIB)));
            while (flusher.turn()) {}
            return this;
        }

        @Override
        public void write(Outbound from) {
            from.take(new Frame[64], 64 * KIB);
            progress = 0;
            writes = true;
        }

        void done() {
            writes = false;
            outbound.written();
            while (flusher.turn()) {}
        }

        @Override
        public long progress() {
            return writes ? progress : 0;
        }

        @Override
        public void end() {}

        @Override
        public String toString() {
            return name;
        }
    }

    private void assertSlow(String... names) {
        assertEquals(
                List.of(names), slow.stream().map(line -> line.split(":")[0]).toList(), slow.toString());
    }

    @Test
    void lookAtNobodyAsLongAsNothingWaits() {
        Pipe pipe = new Pipe("a");
        assertFalse(looks.isLooking());
        pipe.sends(1);
        assertTrue(looks.isLooking());
        pipe.done();
        looks.look();
        assertFalse(looks.isLooking());
        pipe.sends(1);
        assertTrue(looks.isLooking(), "it is registered again");
        pipe.outbound.discard();
        assertFalse(looks.isLooking());
    }

    @Test
    void aClientThatTakesNothingIsTooSlow() {
        Pipe stalled = new Pipe("stalled").sends(1);
        looks.look(10);
        assertSlow();
        looks.look();
        assertSlow("stalled");
        assertEquals("stalled: the client took nothing for PT10S", slow.get(0));
        assertFalse(looks.isLooking());
        assertEquals(0, stalled.outbound.bytes() - Frame.of("x".repeat(KIB)).size());
    }

    @Test
    void bytesOfOneWriteCount() {
        Pipe pipe = new Pipe("a").sends(90);
        for (int i = 0; i < 50; i++) {
            looks.look(9);
            pipe.progress++;
        }
        assertSlow();
        looks.look(11);
        assertSlow("a");
    }

    @Test
    void whileMuchWaitsALittleIsTooSlow() {
        Pipe trickling = new Pipe("trickling").sends(500);
        Pipe steady = new Pipe("steady").sends(500);
        Pipe little = new Pipe("little").sends(99);
        for (int i = 0; i < 11; i++) {
            looks.look();
            trickling.progress += 10 * KIB - 1;
            steady.progress += 10 * KIB;
            little.progress++;
        }
        assertSlow("trickling");
        assertTrue(slow.get(0).contains("took 102390 bytes in PT10S, while more than 102400 waited"), slow.get(0));
        looks.look(1);
        assertSlow("trickling");
    }

    @Test
    void theRateIsThatOfTheLatestTime() {
        Pipe pipe = new Pipe("a").sends(900);
        pipe.progress = 300 * KIB;
        looks.look(9);
        pipe.progress += 100 * KIB;
        looks.look(10);
        assertSlow();
        looks.look();
        assertSlow("a");
    }

    @Test
    void aClientThatPollsIsTooSlowIfItDoesNotComeForItsMessages() {
        Pipe polling = new Pipe("polling");
        polling.outbound.detach(polling);
        polling.outbound.add(Frame.control("2"));
        looks.look(20);
        assertSlow();
        polling.outbound.add(Frame.of("message"));
        looks.look(11);
        assertSlow("polling");
    }

    /** The heartbeat has a deadline of its own for a ping. */
    @Test
    void aPingAloneMakesNobodySlow() {
        Pipe polling = new Pipe("polling");
        polling.outbound.detach(polling);
        polling.outbound.add(Frame.control("2"));
        assertFalse(looks.isLooking());
    }

    @Test
    void whatTheEngineItselfDoesNotWriteIsNoFaultOfTheClient() {
        Pipe pipe = new Pipe("a");
        pipe.outbound.add(Frame.of("x".repeat(90 * KIB)));
        pipe.outbound.add(Frame.of("x".repeat(20 * KIB)));
        looks.look(9);
        assertSlow();
        while (flusher.turn()) {}
        looks.look(10);
        assertSlow();
    }

    @Test
    void mayHoldWhatTheBudgetAllows() {
        Pipe most = new Pipe("most").sends(900);
        Pipe more = new Pipe("more").sends(500);
        Pipe less = new Pipe("less").sends(200);
        looks.look();
        assertSlow("most");
        assertEquals(900 * KIB + 64, most.outbound.bytes(), "its write is not over");
        assertEquals(500 * KIB + 64, more.outbound.bytes());
        assertEquals(200 * KIB + 64, less.outbound.bytes());
    }

    @Test
    void aSharedFrameCountsOnce() {
        Frame shared = Frame.of("x".repeat(900 * KIB));
        for (int i = 0; i < 20; i++) {
            Pipe each = new Pipe("pipe " + i);
            each.outbound.add(Frame.of("first"));
            each.outbound.add(shared);
        }
        while (flusher.turn()) {}
        looks.look();
        assertSlow();
        new Pipe("own").sends(901);
        looks.look();
        assertSlow("own");
    }
}
