package io.gangway.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OutboundTest {
    private final Flusher flusher = Flusher.byHand();
    private final AtomicInteger overflows = new AtomicInteger();
    private final Outbound outbound =
            new Outbound(flusher, ManualLooks.none(10_000), reason -> overflows.incrementAndGet());

    private void add(String... texts) {
        for (String text : texts) {
            outbound.add(Frame.of(text));
        }
    }

    @Test
    void writesInTheOrderOfTheAddsAndOnceATurn() {
        RecordingOutlet outlet = RecordingOutlet.quick();
        outbound.attach(outlet);
        List<String> sixteen = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            sixteen.add(String.valueOf(i));
            add(String.valueOf(i));
        }
        assertEquals(List.of(), outlet.writes, "nothing leaves on the sender's thread");
        assertTrue(flusher.turn());
        assertEquals(List.of(sixteen), outlet.writes);
        assertFalse(flusher.turn());
    }

    @Test
    void pingsDoNotWaitBehindMessagesNorCountAsTooMuch() {
        RecordingOutlet outlet = RecordingOutlet.slow();
        outbound.attach(outlet);
        add("a", "b");
        flusher.turn();
        String much = "c".repeat(20_000);
        add(much);
        outbound.addPing(Frame.control("ping"));
        assertEquals(List.of(List.of("a", "b")), outlet.writes, "a write is under way");
        outbound.written();
        flusher.turn();
        assertEquals(List.of(List.of("a", "b"), List.of("ping", much)), outlet.writes);
        assertEquals(0, overflows.get());
        outbound.written();
        assertEquals(0, outbound.bytes());
    }

    @Test
    void writesTheRestInFurtherTurns() {
        RecordingOutlet outlet = RecordingOutlet.quick(2);
        outbound.attach(outlet);
        add("a", "b", "c", "d", "e");
        while (flusher.turn()) {}
        assertEquals(List.of(List.of("a", "b"), List.of("c", "d"), List.of("e")), outlet.writes);
    }

    @Test
    void takesNoMoreThanFitsAWriteButAlwaysOne() {
        AtomicReference<List<Integer>> counts = new AtomicReference<>(new ArrayList<>());
        outbound.attach(new Outlet() {
            @Override
            public void write(Outbound outbound) {
                counts.get()
                        .add(outbound.take(new Frame[64], 100 + 2 * Frame.of("").size()));
                outbound.written();
            }

            @Override
            public void end() {}
        });
        add("a".repeat(60), "b".repeat(40), "c".repeat(500), "d".repeat(50), "e".repeat(51));
        while (flusher.turn()) {}
        assertEquals(List.of(2, 1, 1, 1), counts.get());
    }

    @Test
    void doesNotWriteAgainBeforeTheLastWriteIsDone() {
        RecordingOutlet outlet = RecordingOutlet.slow();
        outbound.attach(outlet);
        add("a");
        flusher.turn();
        add("b", "c");
        assertFalse(flusher.turn(), "nothing to offer while a write is under way");
        outbound.flush();
        outbound.addNow(Frame.of("d"));
        assertEquals(List.of(List.of("a")), outlet.writes);
        outbound.written();
        flusher.turn();
        assertEquals(List.of(List.of("a"), List.of("b", "c", "d")), outlet.writes);
        outbound.written();
        assertFalse(flusher.turn());
        assertEquals(0, outbound.bytes());
    }

    @Test
    void keepsFramesUntilThereIsAnOutlet() {
        add("a");
        assertFalse(flusher.turn());
        outbound.flush();
        outbound.addNow(Frame.of("b"));
        RecordingOutlet outlet = RecordingOutlet.quick();
        outbound.attach(outlet);
        flusher.turn();
        assertEquals(List.of(List.of("a", "b")), outlet.writes);
    }

    @Test
    void canBeFlushedOnTheCallersThread() {
        RecordingOutlet outlet = RecordingOutlet.quick();
        outbound.attach(outlet);
        add("a", "b");
        outbound.flush();
        assertEquals(List.of(List.of("a", "b")), outlet.writes);
        flusher.turn();
        outbound.flush();
        assertEquals(List.of(List.of("a", "b")), outlet.writes, "no empty writes");
    }

    @Test
    void writesTheLastFrameOfATurnAlongWithWhatIsScheduled() {
        RecordingOutlet outlet = RecordingOutlet.quick();
        outbound.attach(outlet);
        add("a");
        outbound.addNow(Frame.of("b"));
        assertEquals(List.of(List.of("a", "b")), outlet.writes);
        flusher.turn();
        assertEquals(1, outlet.writes.size());
    }

    @Test
    void keepsUnflushedFramesForWhateverIsWrittenNext() {
        RecordingOutlet outlet = RecordingOutlet.quick();
        outbound.attach(outlet);
        outbound.addUnflushed(Frame.of("a"));
        assertFalse(flusher.turn(), "nobody is woken for it");
        outbound.addUnflushed(Frame.of("b"));
        outbound.flush();
        outbound.addUnflushed(Frame.of("c"));
        add("d");
        flusher.turn();
        outbound.addUnflushed(Frame.of("e"));
        outbound.addNow(Frame.of("f"));
        assertEquals(List.of(List.of("a", "b"), List.of("c", "d"), List.of("e", "f")), outlet.writes);
    }

    @Test
    void isScheduledAsEverBehindAWriteOnTheCallersThread() {
        RecordingOutlet outlet = RecordingOutlet.quick();
        outbound.attach(outlet);
        outbound.addNow(Frame.of("a"));
        add("b");
        assertTrue(flusher.turn());
        assertEquals(List.of(List.of("a"), List.of("b")), outlet.writes);
    }

    @Test
    void isOnItsLanesListOnlyOnceWhateverComesMeanwhile() {
        Outbound second = new Outbound(flusher, ManualLooks.none(10_000), reason -> overflows.incrementAndGet());
        Outbound third = new Outbound(flusher, ManualLooks.none(10_000), reason -> overflows.incrementAndGet());
        List<RecordingOutlet> outlets =
                List.of(RecordingOutlet.quick(), RecordingOutlet.quick(), RecordingOutlet.quick());
        outbound.attach(outlets.get(0));
        second.attach(outlets.get(1));
        third.attach(outlets.get(2));
        // Whoever was put on the list twice would tear it, and cost the others their turn.
        add("1a");
        second.add(Frame.of("2a"));
        outbound.addNow(Frame.of("1b"));
        add("1c");
        outbound.attach(outlets.get(0));
        outbound.flush();
        third.add(Frame.of("3a"));
        outbound.addNow(Frame.of("1d"));
        add("1e");
        assertTrue(flusher.turn());
        assertEquals(List.of("1a", "1b", "1c", "1d", "1e"), outlets.get(0).texts());
        assertEquals(List.of("2a"), outlets.get(1).texts());
        assertEquals(List.of("3a"), outlets.get(2).texts());
        assertFalse(flusher.turn());
    }

    @Test
    void goesRoundTheSendersInTheOrderTheyCame() {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String name = String.valueOf(i);
            Outbound each = new Outbound(flusher, ManualLooks.none(10_000), reason -> {});
            each.attach(new Outlet() {
                @Override
                public void write(Outbound outbound) {
                    order.add(name);
                    outbound.take(new Frame[1], 100);
                    outbound.written();
                }

                @Override
                public void end() {}
            });
            each.add(Frame.of("x"));
        }
        flusher.turn();
        assertEquals(List.of("0", "1", "2", "3", "4"), order);
    }

    private static Frame lossy(String text) {
        return Frame.of(text, List.of(), Delivery.LOSSY);
    }

    @Test
    void dropsLossyFramesUnlessItIsIdle() {
        outbound.add(lossy("no outlet"));
        RecordingOutlet outlet = RecordingOutlet.slow();
        outbound.attach(outlet);
        assertTrue(outbound.isWritable());
        outbound.add(lossy("first"));
        assertFalse(outbound.isWritable());
        outbound.add(lossy("behind one that waits"));
        flusher.turn();
        outbound.add(lossy("while writing"));
        add("regular");
        outbound.written();
        outbound.add(lossy("behind a regular one"));
        flusher.turn();
        outbound.written();
        outbound.add(lossy("second"));
        flusher.turn();
        assertEquals(List.of("first", "regular", "second"), outlet.texts());
        outbound.written();
        outbound.end();
        outbound.add(lossy("too late"));
        while (flusher.turn()) {}
        assertEquals(3, outlet.texts().size());
    }

    @Test
    void overflowsOnceOutsideTheLockAndNothingLaterArrives() {
        List<Boolean> locked = new ArrayList<>();
        AtomicReference<Outbound> self = new AtomicReference<>();
        Outbound small =
                new Outbound(flusher, ManualLooks.none(200), reason -> locked.add(Thread.holdsLock(self.get())));
        self.set(small);
        small.add(Frame.of("a".repeat(100)));
        small.add(Frame.of("b".repeat(100))); // the bound is passed by the frame that reaches it
        small.add(Frame.of("lost"));
        small.add(Frame.of("behind"));
        small.add(lossy("behind"));
        small.addNow(Frame.of("behind"));
        assertEquals(List.of(false), locked);
        RecordingOutlet outlet = RecordingOutlet.quick();
        small.attach(outlet);
        while (flusher.turn()) {}
        assertEquals(List.of("a".repeat(100), "b".repeat(100)), outlet.texts());
    }

    @Test
    void countsWhatIsUnderWayAgainstTheBound() {
        RecordingOutlet outlet = RecordingOutlet.slow();
        outbound.attach(outlet);
        Frame big = Frame.of("", List.of(ByteBuffer.allocate(9_990)));
        outbound.add(big);
        flusher.turn();
        assertEquals(big.size(), outbound.bytes());
        add("lost");
        assertEquals(1, overflows.get());
        outbound.written();
        assertEquals(0, outbound.bytes());
    }

    @Test
    void writesOnTheSendersThreadBeforeItRefusesAFrame() {
        RecordingOutlet outlet = RecordingOutlet.quick(2);
        outbound.attach(outlet);
        String kilobyte = "x".repeat(1_000);
        for (int i = 0; i < 50; i++) {
            outbound.addUnflushed(Frame.of(kilobyte));
            add(kilobyte);
        }
        assertEquals(0, overflows.get(), "the outlet would have taken it");
        while (flusher.turn()) {}
        assertEquals(100, outlet.texts().size());
    }

    /** The other thread may have been kept from going on: that is not the client's fault. */
    @Test
    void takesFramesBeyondTheBoundWhileAnotherThreadIsAboutToWrite() {
        String kilobyte = "x".repeat(1_000);
        RecordingOutlet outlet = RecordingOutlet.quick();
        AtomicInteger during = new AtomicInteger();
        outbound.attach(new Outlet() {
            @Override
            public void write(Outbound outbound) {
                while (during.get() == 0 && overflows.get() == 0 && outbound.bytes() < 15_000) {
                    add(kilobyte);
                }
                during.incrementAndGet();
                outlet.write(outbound);
            }

            @Override
            public void end() {}
        });
        add(kilobyte);
        while (flusher.turn()) {}
        assertEquals(0, overflows.get());
        assertEquals(15, outlet.texts().size());
        assertEquals(0, outbound.bytes());
    }

    @Test
    void refusesAFrameAtTwiceTheBoundEvenThen() {
        outbound.attach(new Outlet() {
            @Override
            public void write(Outbound outbound) {
                for (int i = 0; i < 30; i++) {
                    add("x".repeat(1_000));
                }
            }

            @Override
            public void end() {}
        });
        add("first");
        flusher.turn();
        assertEquals(1, overflows.get());
        assertTrue(outbound.bytes() < 22_000, outbound.bytes() + " bytes");
    }

    @Test
    void refusesAFrameOnceTheOutletHasBeenOfferedWhatWaits() {
        outbound.attach(RecordingOutlet.slow());
        String kilobyte = "x".repeat(1_000);
        for (int i = 0; i < 10; i++) {
            add(kilobyte);
        }
        assertEquals(0, overflows.get());
        add("lost");
        assertEquals(1, overflows.get());
    }

    @Test
    void boundsManyTinyFramesToo() {
        for (int i = 0; i < 1_000; i++) {
            add("");
        }
        assertEquals(1, overflows.get());
        assertTrue(outbound.bytes() < 11_000);
    }

    @Test
    void finishesAWriteWithTheOldOutletBeforeTheNewOneBegins() {
        RecordingOutlet polling = RecordingOutlet.slow();
        RecordingOutlet webSocket = RecordingOutlet.quick();
        outbound.attach(polling);
        add("a");
        flusher.turn();
        add("b");
        outbound.attach(webSocket);
        flusher.turn();
        assertEquals(List.of(), webSocket.writes);
        outbound.written();
        flusher.turn();
        assertEquals(List.of("a"), polling.texts());
        assertEquals(List.of("b"), webSocket.texts());
    }

    @Test
    void isDetachedOnlyByTheOutletInUse() {
        RecordingOutlet old = RecordingOutlet.quick();
        RecordingOutlet current = RecordingOutlet.quick();
        outbound.attach(old);
        outbound.attach(current);
        outbound.detach(old);
        assertTrue(outbound.isWritable());
        add("a");
        outbound.detach(current);
        flusher.turn();
        assertFalse(outbound.isWritable());
        assertEquals(List.of(), current.writes);
        outbound.attach(current);
        flusher.turn();
        assertEquals(List.of("a"), current.texts());
        outbound.attach(null);
        add("b");
        assertFalse(flusher.turn());
    }

    @Test
    void endsTheOutletBehindTheRest() {
        RecordingOutlet outlet = RecordingOutlet.slow();
        outbound.attach(outlet);
        add("a");
        flusher.turn();
        add("b");
        outbound.end();
        add("too late");
        outbound.addNow(Frame.of("too late"));
        flusher.turn();
        outbound.written();
        flusher.turn();
        assertEquals(0, outlet.ends);
        outbound.written();
        flusher.turn();
        assertEquals(1, outlet.ends);
        assertEquals(List.of("a", "b"), outlet.texts());
        outbound.end();
        outbound.attach(outlet);
        while (flusher.turn()) {}
        assertEquals(1, outlet.ends);
    }

    @Test
    void endsAnIdleOutletInTheNextTurnAndOneThatComesLater() {
        RecordingOutlet outlet = RecordingOutlet.quick();
        outbound.attach(outlet);
        outbound.end();
        flusher.turn();
        assertEquals(1, outlet.ends);

        Outbound unattached = new Outbound(flusher, ManualLooks.none(10_000), reason -> {});
        unattached.add(Frame.of("a"));
        unattached.end();
        assertFalse(flusher.turn());
        RecordingOutlet later = RecordingOutlet.quick();
        unattached.attach(later);
        while (flusher.turn()) {}
        assertEquals(List.of("a"), later.texts());
        assertEquals(1, later.ends);
    }

    @Test
    void forgetsEverythingWhenItIsDiscarded() {
        RecordingOutlet outlet = RecordingOutlet.quick();
        outbound.attach(outlet);
        add("a");
        outbound.discard();
        add("b");
        outbound.end();
        while (flusher.turn()) {}
        outbound.attach(outlet);
        while (flusher.turn()) {}
        assertEquals(List.of(), outlet.writes);
        assertEquals(0, outlet.ends);
        assertEquals(0, outbound.bytes());
        assertFalse(outbound.isWritable());
        assertEquals(0, outbound.take(new Frame[1], 1_000));
    }

    @Test
    void mayBeDiscardedWhileItIsWritten() {
        RecordingOutlet outlet = RecordingOutlet.slow();
        outbound.attach(outlet);
        add("a");
        flusher.turn();
        add("b");
        outbound.discard();
        assertEquals(Frame.of("a").size(), outbound.bytes());
        outbound.written();
        assertEquals(0, outbound.bytes());
        assertFalse(flusher.turn());
        assertEquals(List.of("a"), outlet.texts());
    }

    @Test
    void mayBeDiscardedByItsOwnOverflow() {
        AtomicReference<Outbound> self = new AtomicReference<>();
        Outbound small =
                new Outbound(flusher, ManualLooks.none(10), reason -> self.get().discard());
        self.set(small);
        small.add(Frame.of("a"));
        small.addNow(Frame.of("b"));
        RecordingOutlet outlet = RecordingOutlet.quick();
        small.attach(outlet);
        while (flusher.turn()) {}
        assertEquals(List.of(), outlet.writes);
    }
}
