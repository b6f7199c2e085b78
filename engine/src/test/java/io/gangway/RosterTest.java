package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is in a roster, whoever comes and goes. */
@Tag("threads")
class RosterTest {
    private static final class Guest extends Roster.Member {
        private final int number;

        Guest(int number) {
            this.number = number;
        }

        @Override
        public String toString() {
            return "guest " + number;
        }
    }

    private final Roster<Guest> roster = new Roster<>();
    private final List<Guest> there = new ArrayList<>();
    private int came;

    private Guest enter() {
        Guest guest = new Guest(came++);
        roster.enter(guest);
        there.add(guest);
        return guest;
    }

    private void leave(int which) {
        roster.leave(there.remove(which));
    }

    private static List<Guest> met(Roster<Guest> roster) {
        List<Guest> met = new ArrayList<>();
        roster.forEach(met::add);
        return met;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 100, 1000})
    void holdsThoseThatAreThereInTheOrderTheyCame(int most) {
        Random random = new Random(most);
        for (int step = 0; step < 5000; step++) {
            // Now more come than go, now more go.
            boolean filling = step / 500 % 2 == 0;
            if (there.isEmpty() || (there.size() < most && random.nextInt(4) < (filling ? 3 : 1))) {
                enter();
            } else {
                leave(random.nextInt(there.size()));
            }
            if (step % 16 == 0 || most < 100) {
                assertEquals(there, met(roster));
            }
        }
        while (!there.isEmpty()) {
            leave(random.nextInt(there.size()));
        }
        assertEquals(List.of(), met(roster));
    }

    @Test
    void whoComesAndGoesMeanwhileTakesNobodysTurn() {
        for (int i = 0; i < 100; i++) {
            enter();
        }
        List<Guest> staying =
                Stream.iterate(0, i -> i < 100, i -> i + 5).map(there::get).toList();
        Deque<Guest> leaving = new ArrayDeque<>(there);
        leaving.removeAll(staying);
        List<Guest> met = new ArrayList<>();

        roster.forEach(guest -> {
            met.add(guest);
            // The others leave, from the front and the back, and so many come that the array is replaced again and
            // again.
            if (!leaving.isEmpty()) {
                roster.leave(leaving.removeFirst());
            }
            if (!leaving.isEmpty()) {
                roster.leave(leaving.removeLast());
            }
            for (int i = 0; i < 10; i++) {
                enter();
            }
        });

        assertEquals(met.size(), new HashSet<>(met).size(), "somebody was met twice");
        assertEquals(staying, met.stream().filter(staying::contains).toList());
        assertEquals(staying, met(roster).stream().filter(staying::contains).toList());
    }

    @Test
    void underChurnThoseThatStayAreMetOnceAndNobodyTwice() throws Exception {
        Set<Guest> staying = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            staying.add(enter());
        }
        int churning = 3;
        CountDownLatch start = new CountDownLatch(1);
        AtomicInteger stillChurning = new AtomicInteger(churning);
        ExecutorService threads = Executors.newFixedThreadPool(churning);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int thread = 0; thread < churning; thread++) {
                Random random = new Random(thread);
                ends.add(threads.submit(() -> {
                    try {
                        start.await();
                        for (int round = 0; round < 300; round++) {
                            List<Guest> passing = Stream.generate(() -> new Guest(-1))
                                    .limit(random.nextInt(200))
                                    .toList();
                            passing.forEach(roster::enter);
                            passing.forEach(roster::leave);
                        }
                    } finally {
                        stillChurning.decrementAndGet();
                    }
                    return null;
                }));
            }
            start.countDown();
            do {
                List<Guest> met = met(roster);
                Set<Guest> once = new HashSet<>(met);
                assertEquals(met.size(), once.size(), "somebody was met twice");
                once.retainAll(staying);
                assertEquals(staying, once);
            } while (stillChurning.get() > 0);
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(there, met(roster));
    }
}
