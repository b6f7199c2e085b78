package io.gangway.connection;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("threads")
@Timeout(60)
class FlusherTest {
    private final Flusher flusher = new Flusher("test", 2);

    @AfterEach
    void end() {
        flusher.close();
    }

    /** Hands on what it writes, and says it is done on whatever thread {@code completion} chooses. */
    private static final class QueueOutlet implements Outlet {
        final BlockingQueue<String> written = new LinkedBlockingQueue<>();
        final AtomicBoolean busy = new AtomicBoolean();
        final CountDownLatch ended = new CountDownLatch(1);
        volatile String fault = "";

        private final Executor completion;

        QueueOutlet(Executor completion) {
            this.completion = completion;
        }

        @Override
        public void write(Outbound outbound) {
            if (!busy.compareAndSet(false, true)) {
                fault = "a second write before the first was done";
            }
            Frame[] frames = new Frame[16];
            int count = outbound.take(frames, 1_000);
            for (int i = 0; i < count; i++) {
                written.add(frames[i].text());
            }
            completion.execute(() -> {
                busy.set(false);
                outbound.written();
            });
        }

        @Override
        public void end() {
            if (busy.get()) {
                fault = "the end before the last write was done";
            }
            ended.countDown();
        }

        String next() throws InterruptedException {
            return written.poll(30, SECONDS);
        }
    }

    private Outbound outbound(Outlet outlet) {
        Outbound outbound = new Outbound(flusher, ManualLooks.none(Long.MAX_VALUE), reason -> {});
        outbound.attach(outlet);
        return outbound;
    }

    @Test
    void awakesForWhatIsAddedWhileItSleeps() throws Exception {
        flusher.start();
        QueueOutlet outlet = new QueueOutlet(Runnable::run);
        Outbound outbound = outbound(outlet);
        for (int i = 0; i < 1_000; i++) {
            outbound.add(Frame.of(String.valueOf(i)));
            assertEquals(String.valueOf(i), outlet.next());
        }
    }

    @Test
    void writesWhatWasScheduledBeforeItsStart() throws Exception {
        QueueOutlet outlet = new QueueOutlet(Runnable::run);
        outbound(outlet).add(Frame.of("early"));
        flusher.start();
        assertEquals("early", outlet.next());
    }

    @Test
    void goesOnAfterACloseAndAnotherStart() throws Exception {
        QueueOutlet outlet = new QueueOutlet(Runnable::run);
        Outbound outbound = outbound(outlet);
        for (int i = 0; i < 200; i++) {
            flusher.start();
            outbound.add(Frame.of("open " + i));
            assertEquals("open " + i, outlet.next());
            flusher.close();
            // The ending thread must not keep its successor from being awoken.
            flusher.start();
            outbound.add(Frame.of("again " + i));
            assertEquals("again " + i, outlet.next());
            flusher.close();
        }
    }

    @Test
    void outlivesAnOutletThatThrows() throws Exception {
        AtomicReference<Throwable> reported = new AtomicReference<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> reported.set(failure));
        try {
            Flusher one = new Flusher("test", 1);
            RuntimeException fault = new RuntimeException("fault");
            Outbound broken = new Outbound(one, ManualLooks.none(1_000), reason -> {});
            broken.attach(new Outlet() {
                @Override
                public void write(Outbound outbound) {
                    throw fault;
                }

                @Override
                public void end() {}
            });
            QueueOutlet outlet = new QueueOutlet(Runnable::run);
            Outbound sound = new Outbound(one, ManualLooks.none(1_000), reason -> {});
            sound.attach(outlet);
            broken.add(Frame.of("x"));
            sound.add(Frame.of("in the same turn"));
            one.start();
            assertEquals("in the same turn", outlet.next());
            sound.add(Frame.of("in the next"));
            assertEquals("in the next", outlet.next());
            assertEquals(fault, reported.get());
            one.close();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void readsAheadForSeveralConnectionsBeforeItWritesToTheFirst() {
        Flusher byHand = Flusher.byHand();
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            Outbound outbound = new Outbound(byHand, ManualLooks.none(1_000), reason -> {});
            outbound.attach(new Outlet() {
                @Override
                public int readAhead() {
                    steps.add("read " + number);
                    return 1;
                }

                @Override
                public void write(Outbound writing) {
                    assertEquals(1, writing.take(new Frame[2], 1_000));
                    steps.add("write " + number);
                    writing.written();
                }

                @Override
                public void end() {}
            });
            outbound.add(Frame.of("x"));
        }
        assertTrue(byHand.turn());

        List<String> expected = new ArrayList<>();
        for (int first : List.of(0, 16)) {
            int end = Math.min(first + 16, 20);
            IntStream.range(first, end).forEach(i -> expected.add("read " + i));
            IntStream.range(first, end).forEach(i -> expected.add("write " + i));
        }
        assertEquals(expected, steps);
    }

    /** A write, a look ahead and the report of either may fail: the other clients of the lane notice nothing. */
    @Test
    void oneOutletThatFailsKeepsNoOtherFromItsTurn() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            throw new OutOfMemoryError("no memory to report with");
        });
        try {
            Flusher one = new Flusher("test", 1);
            List<QueueOutlet> sound = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Outbound broken = new Outbound(one, ManualLooks.none(10_000), reason -> {});
                broken.attach(i % 2 == 0 ? failing(true) : failing(false));
                broken.add(Frame.of("lost"));
                QueueOutlet outlet = new QueueOutlet(Runnable::run);
                sound.add(outlet);
                Outbound outbound = new Outbound(one, ManualLooks.none(10_000), reason -> {});
                outbound.attach(outlet);
                outbound.add(Frame.of("arrives"));
            }
            one.start();
            for (QueueOutlet outlet : sound) {
                assertEquals("arrives", outlet.written.poll(30, SECONDS));
            }
            one.close();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    private static Outlet failing(boolean ahead) {
        return new Outlet() {
            @Override
            public int readAhead() {
                if (ahead) {
                    throw new StackOverflowError("injected");
                }
                return 0;
            }

            @Override
            public void write(Outbound outbound) {
                throw new OutOfMemoryError("injected");
            }

            @Override
            public void end() {}
        };
    }

    @Test
    void holdsTheFirstWriteBackUntilABroadcastIsInAllQueues() throws Exception {
        Flusher one = new Flusher("test", 1);
        one.start();
        // The thread is awake and busy while the hold begins: it has to look for itself.
        AtomicReference<Thread> worker = new AtomicReference<>();
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        Outbound busy = new Outbound(one, ManualLooks.none(10_000), reason -> {});
        busy.attach(new Outlet() {
            @Override
            public void write(Outbound outbound) {
                outbound.take(new Frame[1], 1_000);
                writing.countDown();
                awaitUninterruptibly(held);
                worker.set(Thread.currentThread());
            }

            @Override
            public void end() {}
        });
        busy.add(Frame.of("busy"));
        assertTrue(writing.await(30, SECONDS));

        one.hold();
        List<QueueOutlet> outlets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            QueueOutlet outlet = new QueueOutlet(Runnable::run);
            outlets.add(outlet);
            Outbound outbound = new Outbound(one, ManualLooks.none(10_000), reason -> {});
            outbound.attach(outlet);
            outbound.add(Frame.of("x"));
        }
        held.countDown();
        while (worker.get() == null || worker.get().getState() != Thread.State.WAITING) {
            Thread.onSpinWait(); // until it sleeps again
        }
        outlets.forEach(outlet -> assertEquals(0, outlet.written.size()));

        one.hold();
        one.release(); // was within the first
        Thread.sleep(50);
        outlets.forEach(outlet -> assertEquals(0, outlet.written.size()));

        one.release();
        for (QueueOutlet outlet : outlets) {
            assertEquals("x", outlet.next());
        }
        one.close();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void isNotHeldForeverByHoldsThatOverlap() throws Exception {
        flusher.start();
        QueueOutlet outlet = new QueueOutlet(Runnable::run);
        Outbound outbound = outbound(outlet);
        Thread other = new Thread(flusher::hold); // one whose broadcast does not end
        other.start();
        other.join();
        for (int i = 0; i < 100; i++) {
            flusher.hold();
            outbound.add(Frame.of(String.valueOf(i)));
            flusher.release();
            assertEquals(String.valueOf(i), outlet.next());
        }
    }

    @Test
    void needsNoReleaseWhereItHasNoThreads() {
        Flusher byHand = Flusher.byHand();
        RecordingOutlet outlet = RecordingOutlet.quick();
        Outbound outbound = new Outbound(byHand, ManualLooks.none(1_000), reason -> {});
        outbound.attach(outlet);
        byHand.hold();
        outbound.add(Frame.of("x"));
        assertTrue(byHand.turn());
        assertFalse(byHand.turn());
        assertEquals(List.of("x"), outlet.texts());
    }

    @Test
    void losesDoublesAndReordersNothingUnderStress() throws Exception {
        int senders = 4;
        int frames = 20_000;
        flusher.start();
        try (Closeables closeables = new Closeables()) {
            ExecutorService completions = closeables.add(Executors.newFixedThreadPool(2));
            ExecutorService sending = closeables.add(Executors.newFixedThreadPool(senders));
            List<QueueOutlet> outlets = new ArrayList<>();
            List<Outbound> outbounds = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Random random = new Random(i);
                QueueOutlet outlet = new QueueOutlet(done -> {
                    if (random.nextInt(3) == 0) {
                        done.run(); // within the write, as a socket with room in its buffer does
                    } else {
                        completions.execute(done);
                    }
                });
                outlets.add(outlet);
                outbounds.add(outbound(outlet));
            }
            for (int sender = 0; sender < senders; sender++) {
                int number = sender;
                sending.execute(() -> {
                    Random random = new Random(number);
                    for (int i = 0; i < frames; i++) {
                        Frame frame = Frame.of(number + ":" + i);
                        boolean held = random.nextInt(50) == 0;
                        if (held) {
                            flusher.hold();
                        }
                        for (Outbound outbound : outbounds) {
                            switch (random.nextInt(8)) {
                                case 0 -> outbound.addNow(frame);
                                case 1 -> {
                                    outbound.add(frame);
                                    outbound.flush();
                                }
                                default -> outbound.add(frame);
                            }
                        }
                        if (held) {
                            flusher.release();
                        }
                    }
                });
            }
            for (QueueOutlet outlet : outlets) {
                int[] next = new int[senders];
                for (int i = 0; i < senders * frames; i++) {
                    String[] text = outlet.next().split(":", 2);
                    int sender = Integer.parseInt(text[0]);
                    assertEquals(next[sender]++, Integer.parseInt(text[1]), "sender " + sender);
                }
                assertEquals("", outlet.fault);
            }
            outbounds.forEach(Outbound::end);
            for (QueueOutlet outlet : outlets) {
                assertTrue(outlet.ended.await(30, SECONDS));
                assertEquals(0, outlet.written.size());
                assertEquals("", outlet.fault);
            }
        }
    }

    @Test
    void keepsTheOrderWhileOutletsAreSwapped() throws Exception {
        int frames = 20_000;
        flusher.start();
        try (Closeables closeables = new Closeables()) {
            ExecutorService completions = closeables.add(Executors.newFixedThreadPool(2));
            ExecutorService sending = closeables.add(Executors.newSingleThreadExecutor());
            BlockingQueue<String> written = new LinkedBlockingQueue<>();
            AtomicBoolean busy = new AtomicBoolean();
            AtomicBoolean overlapped = new AtomicBoolean();
            Outbound outbound = new Outbound(flusher, ManualLooks.none(Long.MAX_VALUE), reason -> {});
            AtomicBoolean done = new AtomicBoolean();
            CountDownLatch ended = new CountDownLatch(1);
            sending.execute(() -> {
                for (int i = 0; i < frames; i++) {
                    outbound.add(Frame.of(String.valueOf(i)));
                }
                done.set(true);
            });
            do { // at least once: the sender may be done before
                Outlet outlet = new Outlet() {
                    @Override
                    public void write(Outbound outbound) {
                        overlapped.compareAndSet(false, !busy.compareAndSet(false, true));
                        Frame[] one = new Frame[3];
                        int count = outbound.take(one, 1_000);
                        for (int i = 0; i < count; i++) {
                            written.add(one[i].text());
                        }
                        completions.execute(() -> {
                            busy.set(false);
                            outbound.written();
                        });
                    }

                    @Override
                    public void end() {
                        ended.countDown();
                    }
                };
                outbound.attach(outlet);
                Thread.onSpinWait();
                outbound.detach(outlet);
                outbound.attach(outlet);
            } while (!done.get());
            for (int i = 0; i < frames; i++) {
                assertEquals(String.valueOf(i), written.poll(30, SECONDS));
            }
            outbound.end();
            assertTrue(ended.await(30, SECONDS));
            assertFalse(overlapped.get());
        }
    }

    /** Ends the thread pools of a test, however the test ends. */
    private static final class Closeables implements AutoCloseable {
        private final List<ExecutorService> executors = new ArrayList<>();

        ExecutorService add(ExecutorService executor) {
            executors.add(executor);
            return executor;
        }

        @Override
        public void close() {
            executors.forEach(ExecutorService::shutdownNow);
        }
    }
}
