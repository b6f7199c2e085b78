package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.Payload;
import io.gangway.cluster.Target;
import io.gangway.redis.wire.Messages;
import io.gangway.redis.wire.OutgoingMessage;
import io.gangway.redis.wire.Subscription;
import io.gangway.redis.wire.TextPayload;
import io.gangway.redis.wire.WireFormat;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol;

/** Queued commands are counted exactly, whichever thread adds them and whatever happens meanwhile. */
@Timeout(30)
class BacklogTest {
    private final Counters tally = new Counters();
    private final Queue<Command> taken = new ConcurrentLinkedQueue<>();

    private static Command message(Command.Kind kind) {
        return Command.of(new OutgoingMessage.Publish(Subscription.Kind.CHANNEL, "c", new byte[10]), kind, 1);
    }

    private static Command query() {
        return Command.query(Subscription.Kind.CHANNEL, "", Protocol.Command.PING);
    }

    private static boolean isDone(Command command) {
        return command.isMessage() ? command.sent().isDone() : command.reply().isDone();
    }

    @Test
    void everyCommandSettlesWhileTheConnectionComesAndGoes() throws Exception {
        for (int round = 0; round < 20; round++) {
            Backlog backlog = new Backlog(50, Duration.ofMinutes(1), tally);
            List<List<Command>> added = new ArrayList<>();
            List<Thread> adding = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                List<Command> own = new ArrayList<>();
                added.add(own);
                adding.add(new Thread(() -> {
                    for (int number = 0; number < 3_000; number++) {
                        Command command = number % 3 == 0
                                ? query()
                                : message(number % 3 == 1 ? Command.Kind.MESSAGE : Command.Kind.PROMPT_MESSAGE);
                        own.add(command);
                        backlog.add(command);
                    }
                }));
            }
            adding.forEach(Thread::start);
            ClusterUnavailableException outage = new ClusterUnavailableException("gone");
            for (int change = 0; change < 200; change++) {
                backlog.up();
                for (int i = 0; i < 10; i++) {
                    backlog.moveTo(taken);
                }
                backlog.down(outage);
            }
            if (round % 2 == 0) {
                join(adding);
                List<Command> waiting = backlog.takeAll();
                assertTrue(waiting.size() <= 50, waiting.size() + " wait");
                assertTrue(waiting.stream().allMatch(command -> command.kind() == Command.Kind.MESSAGE));
                taken.addAll(waiting);
            }
            backlog.close();
            backlog.dropAll();
            join(adding);
            taken.forEach(command -> command.replied("OK"));
            assertEquals(0, backlog.size());
            assertTrue(backlog.takeAll().isEmpty());
            long messages = added.stream()
                    .flatMap(List::stream)
                    .filter(Command::isMessage)
                    .count();
            long sent = taken.stream().filter(Command::isMessage).count();
            assertEquals(messages, sent + tally.droppedOffline.sumThenReset());
            assertTrue(added.stream().flatMap(List::stream).allMatch(BacklogTest::isDone));
            taken.clear();
        }
        assertEquals(0, tally.dropped());
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void withoutAConnectionOnlyTheNewestMessagesWait() {
        Backlog backlog = new Backlog(2, Duration.ofMinutes(1), tally);
        backlog.up();
        List<Command> commands = List.of(
                message(Command.Kind.MESSAGE),
                query(),
                message(Command.Kind.MESSAGE),
                message(Command.Kind.PROMPT_MESSAGE),
                message(Command.Kind.MESSAGE));
        commands.forEach(backlog::add);
        backlog.down(new ClusterUnavailableException("gone"));
        assertEquals(List.of(commands.get(2), commands.get(4)), backlog.takeAll());
        assertEquals(2, tally.droppedOffline.sum());
        assertTrue(isDone(commands.get(0)) && isDone(commands.get(1)) && isDone(commands.get(3)));
    }

    /**
     * A backlog that was up when a command was added, to which something happens just before the command is in the
     * queue.
     */
    private Backlog meanwhile(int mostOffline, Consumer<Backlog> event) {
        Backlog[] backlog = new Backlog[1];
        Queue<Command> waiting = new LinkedBlockingQueue<>() {
            @Override
            public boolean add(Command command) {
                event.accept(backlog[0]);
                return super.add(command);
            }
        };
        backlog[0] = new Backlog(mostOffline, Duration.ofMinutes(1), tally, waiting);
        backlog[0].up();
        return backlog[0];
    }

    @Test
    void commandsAddedWhileTheConnectionBreaksCountAsOffline() {
        Backlog backlog = meanwhile(1, breaking -> breaking.down(new ClusterUnavailableException("gone")));
        Command query = query();
        backlog.add(query);
        assertTrue(query.reply().isCompletedExceptionally());
        backlog.up();
        Command prompt = message(Command.Kind.PROMPT_MESSAGE);
        backlog.add(prompt);
        assertTrue(prompt.sent().isCompletedExceptionally());
        assertEquals(1, tally.droppedOffline.sum());
        backlog.up();
        Command former = message(Command.Kind.MESSAGE);
        backlog.add(former);
        backlog.up();
        Command newest = message(Command.Kind.MESSAGE);
        backlog.add(newest);
        assertTrue(former.sent().isCompletedExceptionally(), "only one may wait");
        assertEquals(1, backlog.size());
        assertEquals(List.of(newest), backlog.takeAll());
        assertEquals(2, tally.dropped());
    }

    @Test
    void whatIsAddedWhileAllEndsIsDropped() {
        Backlog backlog = meanwhile(1, Backlog::dropAll);
        Command message = message(Command.Kind.MESSAGE);
        backlog.add(message);
        assertTrue(message.sent().isCompletedExceptionally());
        assertEquals(0, backlog.size());
        assertEquals(1, tally.dropped());
    }

    @Test
    void aSlowRedisHasAHundredThousandQueuedAtMost() {
        Backlog backlog = new Backlog(2, Duration.ofMinutes(1), tally);
        backlog.up();
        for (int i = 0; i < 100_010; i++) {
            backlog.add(message(Command.Kind.MESSAGE));
        }
        assertEquals(100_000, backlog.size());
        assertEquals(10, tally.droppedFull.sum());
        assertEquals(100_000, backlog.takeAll().size());
    }

    @Test
    void whatCannotBeWrittenIsDroppedInItsTurnAndKeepsNobodyBehindIt() {
        Backlog backlog = new Backlog(2, Duration.ofMinutes(1), tally);
        backlog.up();
        WireFormat format = Messages.formats("/", Messages.NODE).get(0);
        Payload tooDeep = TextPayload.unchecked("[\"deep\"," + "[".repeat(100) + "]".repeat(100) + "]");
        var broadcast =
                new Broadcast(Messages.NODE, Target.ALL, tooDeep, false, ClusterMessage.NO_REQUEST, Duration.ZERO);
        Command unwritable = Command.of(
                format.destination(broadcast), () -> format.publish(broadcast), 200, Command.Kind.MESSAGE, 1);
        Command next = message(Command.Kind.MESSAGE);
        backlog.add(unwritable);
        backlog.add(next);
        assertFalse(unwritable.sent().isDone());
        assertSame(next, backlog.moveTo(taken));
        ExecutionException failure =
                assertThrows(ExecutionException.class, () -> unwritable.sent().get(0, TimeUnit.SECONDS));
        assertEquals(
                "the value is nested more than 64 deep, which other nodes refuse",
                failure.getCause().getMessage());
        assertEquals(1, tally.droppedUnwritable.sum());
        assertEquals(1, tally.dropped());
        assertEquals(0, backlog.size());
    }

    @Test
    void aTakerThatHasRestedForLongIsWoken() throws Exception {
        Backlog backlog = new Backlog(2, Duration.ofMinutes(1), tally);
        backlog.up();
        CountDownLatch all = new CountDownLatch(3);
        Thread taker = new Thread(() -> {
            while (all.getCount() > 0) {
                if (backlog.moveTo(taken) == null) {
                    backlog.rest();
                } else {
                    all.countDown();
                }
            }
        });
        taker.start();
        for (int i = 0; i < 3; i++) {
            Eventually.holds("it rests", () -> taker.getState() == Thread.State.WAITING);
            backlog.add(query());
        }
        assertTrue(all.await(5, TimeUnit.SECONDS));
        taker.join();
        assertFalse(taken.isEmpty());
    }
}
