package io.gangway.connection;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * 300 clients that send what takes most memory, and one that sends twenty messages of 900 KB: it is never disconnected,
 * and gets them all through in little time. On the real budget, with a timer, readers and handlers that a random number
 * generator drives, on a quiet machine and on one so busy that each step of the client may take a second.
 *
 * <p>With {@code -Dgangway.long=true} in many more orders; {@code -Dgangway.seed=..} for others.
 */
class BudgetFloodTest {
    private static final int SEEDS = Boolean.getBoolean("gangway.long") ? 200 : 2;
    private static final long SEED = Long.getLong("gangway.seed", 20261127L);

    /** A fifth of a heap of 128 MB. */
    private static final long BYTES = (128L << 20) / 5;

    private static final int MAX_PAYLOAD = 1_000_000;
    private static final int UNADMITTED = 64 << 10;
    private static final int ATTACKERS = 300;
    private static final int CHUNK = 16_000;
    private static final int LARGE = 999_000;
    private static final int HALF = 990_000;

    private static final int MESSAGES = 20;
    private static final int MESSAGE = 900_000;

    /** What an attacker sends: see {@link io.gangway.wire.Flood}. */
    enum Attack {
        /** Nine of ten attachments, and most of the last. */
        JOINED,
        /** Most of a message. */
        HALF,
        /** A handler that blocks, a full queue behind it, and attachments. */
        BLOCKED,
        /** Events that are never answered, and most of a message. */
        LATER,
        /** Four messages that take long to be decoded, one after the other, and most of another. */
        DECODED,
        /** A part of a message, and then a little now and then. */
        TRICKLE(3000),
        /** Each of these. */
        MIXED(3000);

        /** Within so many ticks the honest client's messages are through, on a quiet machine. */
        private final int mostTicks;

        Attack() {
            this(600);
        }

        Attack(int mostTicks) {
            this.mostTicks = mostTicks;
        }
    }

    /** What is being simulated. */
    private static final class World {
        final Random random;
        final boolean busy;
        final Queue<Runnable> timer = new ArrayDeque<>();
        final Queue<Runnable> apart = new ArrayDeque<>();
        final InboundBudget budget =
                new InboundBudget(BYTES, MAX_PAYLOAD, UNADMITTED, (delay, task) -> timer.add(task), apart::add);
        final List<Client> clients = new ArrayList<>();
        /** Who is yet to be read before all others are read again, as by a selector. */
        final Queue<Client> round = new ArrayDeque<>();

        final Queue<Client> decoding = new ArrayDeque<>();
        int tick;

        World(long seed, boolean busy) {
            this.random = new Random(seed);
            this.busy = busy;
        }

        void tick() {
            tick++;
            int reads = busy ? 320 : 800;
            int idle = 0;
            while (reads > 0 && (idle < 2 * clients.size() || !apart.isEmpty())) {
                if (round.isEmpty()) {
                    List<Client> order = new ArrayList<>(clients);
                    Collections.shuffle(order, random);
                    round.addAll(order);
                }
                Client client = round.remove();
                boolean read = client.isRead() && client.receive();
                idle = read ? 0 : idle + 1;
                reads -= read ? 1 : 0;
                runApart(busy ? 4 : 1);
            }
            for (int i = busy ? 1 : 2; i > 0 && !decoding.isEmpty(); i--) {
                decoding.remove().handle(LARGE);
            }
            List.copyOf(clients).forEach(Client::handlers);
            if (!timer.isEmpty()) {
                timer.remove().run();
            }
            runApart(1);
        }

        private void runApart(int oneIn) {
            while (!apart.isEmpty() && random.nextInt(oneIn) == 0) {
                apart.remove().run();
            }
        }
    }

    /** Counts what it holds as the transports, packets and mailboxes of a real client do. */
    private abstract static class Client implements Account.Line, Account.Holder {
        final World world;
        final Account account;
        boolean paused;
        boolean closed;
        /** The message that arrives: its array, and how many bytes there are in it. */
        int array;

        int length;
        /** Attachments that have arrived. */
        long parts;
        /** What waits for the handlers, or is being handled. */
        long complete;

        int countedArray;
        int countedParts;
        int countedComplete;

        Client(World world) {
            this.world = world;
            this.account = new Account(world.budget, this);
            account.heldBy(this);
            account.admit();
            world.clients.add(this);
        }

        boolean isRead() {
            return !paused && !closed;
        }

        /** Receives something, unless it has nothing to send now. */
        abstract boolean receive();

        /** In each tick, for what the handlers do. */
        void handlers() {}

        /** A part of a message of so many bytes; true if it is complete now. */
        boolean arrives(int bytes, int of) {
            length += Math.min(bytes, of - length);
            if (length > array) {
                array = Math.max(length, Math.min(MAX_PAYLOAD, 2 * array));
            }
            countArray();
            return length == of;
        }

        private void countArray() {
            int more = Account.steps(array) - countedArray;
            countedArray += more;
            account.changeArriving(more);
            if (more == 0 && countedArray > 0) {
                account.getsOn();
            }
        }

        void endArray() {
            array = 0;
            length = 0;
            countArray();
        }

        void countParts() {
            int more = Account.steps(parts) - countedParts;
            countedParts += more;
            account.changeParts(more);
        }

        void countComplete() {
            int more = Account.steps(complete) - countedComplete;
            countedComplete += more;
            account.change(more);
        }

        /** The message is complete, and waits for its handler. */
        void completes() {
            int size = length;
            endArray();
            complete += size + 256;
            countComplete();
            if (complete >= 2 * MAX_PAYLOAD) {
                account.pause();
            }
        }

        /** An attachment is complete, but not its packet. */
        void completesPart() {
            int size = length;
            endArray();
            parts += size;
            countParts();
        }

        void handle(int bytes) {
            if (complete > 0) {
                complete -= bytes + 256;
                countComplete();
                if (complete <= MAX_PAYLOAD) {
                    account.resume();
                }
            }
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void close(CloseReason reason, String detail) {
            if (!closed) {
                closed = true;
                account.close();
                parts = 0;
                countParts();
                endArray();
            }
        }

        @Override
        public void dropReceived() {
            complete = 0;
            countComplete();
        }
    }

    private static final class Attacker extends Client {
        private final Attack attack;
        private int sent;
        private int later;
        private int last;

        Attacker(World world, Attack attack) {
            super(world);
            this.attack = attack;
        }

        @Override
        boolean receive() {
            switch (attack) {
                case JOINED -> {
                    if (sent == 9) {
                        return half();
                    }
                    if (arrives(CHUNK, LARGE)) {
                        sent++;
                        completesPart();
                    }
                    return true;
                }
                case BLOCKED, LATER -> {
                    if (sent == 1000) {
                        return half();
                    }
                    sent += 50;
                    complete += 50 * (attack == Attack.BLOCKED ? 1271 : 320);
                    countComplete();
                    return true;
                }
                case DECODED -> {
                    if (sent == 4) {
                        return half();
                    }
                    if (arrives(CHUNK, LARGE)) {
                        sent++;
                        completes();
                        world.decoding.add(this);
                    }
                    return true;
                }
                case TRICKLE -> {
                    if ((world.tick - last < 8 && length >= 90_000) || length >= HALF) {
                        return false;
                    }
                    last = world.tick;
                    arrives(length < 90_000 ? CHUNK : 4096, LARGE);
                    return true;
                }
                default -> {
                    return half();
                }
            }
        }

        /** What waits for a late answer takes more than what waits for its handler. */
        @Override
        void handlers() {
            if (attack == Attack.LATER && !closed && later < sent) {
                complete += 512 * (sent - later);
                later = sent;
                countComplete();
                if (sent == 1000) {
                    account.pause();
                }
            }
        }

        private boolean half() {
            if (length >= HALF) {
                return false;
            }
            arrives(Math.min(CHUNK, HALF - length), LARGE);
            return true;
        }

        @Override
        public void dropReceived() {
            super.dropReceived();
            world.decoding.remove(this);
        }
    }

    /** Sends its messages one after the other, and each after the ack of the one before unless it is in a hurry. */
    private static final class Honest extends Client {
        private final boolean waits;
        private int begun;
        private int handled;
        private int due;
        private int sends;
        private final List<Integer> acks = new ArrayList<>();

        Honest(World world, boolean waits) {
            super(world);
            this.waits = waits;
        }

        @Override
        boolean receive() {
            if (begun == MESSAGES || (waits && begun > handled)) {
                return false;
            }
            if (world.busy && world.tick < sends) {
                return false;
            }
            sends = world.tick + (world.random.nextInt(40) == 0 ? 8 : 0);
            if (arrives(CHUNK, MESSAGE)) {
                begun++;
                if (due == 0) {
                    due = world.tick + delay();
                }
                completes();
            }
            return true;
        }

        private int delay() {
            return world.busy ? world.random.nextInt(8) : world.random.nextInt(2);
        }

        @Override
        void handlers() {
            while (handled < begun && due <= world.tick) {
                handled++;
                acks.add(world.tick);
                due = handled < begun ? world.tick + delay() : 0;
                handle(MESSAGE);
                if (due > world.tick) {
                    break;
                }
            }
        }
    }

    private record Outcome(boolean cut, int ticks, List<Integer> acks, String state) {}

    private static Outcome play(Attack attack, long seed, boolean busy, boolean waits, int most) {
        World world = new World(seed, busy);
        Attack[] kinds = Attack.values();
        for (int i = 0; i < ATTACKERS; i++) {
            new Attacker(world, attack == Attack.MIXED ? kinds[i % (kinds.length - 1)] : attack);
        }
        int from = world.random.nextInt(10);
        while (world.tick < from) {
            world.tick();
        }
        Honest honest = new Honest(world, waits);
        while (honest.handled < MESSAGES && !honest.closed && world.tick < most) {
            world.tick();
        }
        return new Outcome(honest.closed, world.tick, honest.acks, honest.account + " " + world.budget);
    }

    @ParameterizedTest
    @EnumSource
    void anHonestClientIsNeverTheOneThatGoes(Attack attack) {
        for (int i = 0; i < SEEDS; i++) {
            long seed = SEED + i;
            boolean busy = i % 2 == 1;
            boolean waits = (attack.ordinal() + i / 2) % 2 == 1;
            int most = busy ? 2 * attack.mostTicks : attack.mostTicks;
            Outcome outcome = play(attack, seed, busy, waits, most);
            String which = "-Dgangway.seed=" + seed + (busy ? ", busy: " : ": ") + outcome;
            assertFalse(outcome.cut, which);
            assertTrue(outcome.ticks < most, which);
        }
    }
}
