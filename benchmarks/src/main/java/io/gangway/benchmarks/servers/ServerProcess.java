package io.gangway.benchmarks.servers;

import com.google.gson.Gson;
import io.gangway.benchmarks.processes.LoadFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server's process: writes its port and the port for receipts, answers the lines of its standard input, and ends when
 * the input ends. {@link RemoteServer} controls it from another process.
 */
final class ServerProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The orders. */
    enum Verb {
        /** Begins to broadcast to clients that send receipts. */
        EMIT,
        /** Stops broadcasting; the answer's number is the number of broadcasts. */
        STOP,
        /** Reports the resources the process has used. */
        SPENT,
        /** Reports the live heap in bytes, as the answer's number. */
        HEAP,
        /** Reports the JIT compilers' time so far in milliseconds, as the answer's number. */
        COMPILATION
    }

    /** One order; the bytes of a message and the number in flight are for {@link Verb#EMIT}. */
    record Order(Verb verb, int bytes, int underWay) {}

    /** The answer to an order: a number, the resources used, or the reason for a failure. */
    record Answer(
            long number, @Nullable Spent spent, @Nullable String failure) {}

    private final Contender.Running server;
    private final Receipts receipts = Receipts.open(PATIENCE);
    private final Spent.Meter meter = new Spent.Meter();
    private @Nullable Emitting emitting;

    private ServerProcess(Contender.Running server) {
        this.server = server;
    }

    public static void main(String[] arguments) throws IOException {
        ServerProcess process =
                new ServerProcess(Contender.valueOf(arguments[0]).start(0));
        System.out.println(process.server.port());
        System.out.println(process.receipts.port());
        Gson gson = new Gson();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(gson.toJson(process.answer(gson.fromJson(line, Order.class))));
            }
        }
        System.exit(0); // the server's threads are not daemons
    }

    private Answer answer(Order order) {
        try {
            return switch (order.verb()) {
                case EMIT -> {
                    receipts.accept();
                    emitting = new Emitting(new Broadcaster(server, receipts, order.bytes(), order.underWay()));
                    emitting.thread.start();
                    yield new Answer(0, null, null);
                }
                case STOP -> {
                    if (emitting == null) {
                        throw new IllegalStateException("the order STOP came before EMIT");
                    }
                    yield new Answer(emitting.stop(), null, null);
                }
                case SPENT -> new Answer(0, meter.look(), null);
                case HEAP -> new Answer(liveHeap(), null, null);
                case COMPILATION ->
                    new Answer(ManagementFactory.getCompilationMXBean().getTotalCompilationTime(), null, null);
            };
        } catch (LoadFailure failure) {
            return new Answer(0, null, failure.getMessage());
        }
    }

    private static long liveHeap() {
        System.gc();
        System.gc(); // objects that only finalizers and cleaners released after the first collection
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Emits on a thread of its own, as an application would. */
    private static final class Emitting {
        private final Broadcaster broadcaster;
        private final Thread thread = new Thread(this::run, "emitting");
        private volatile boolean stopped;
        private volatile @Nullable LoadFailure failure;

        Emitting(Broadcaster broadcaster) {
            this.broadcaster = broadcaster;
        }

        private void run() {
            try {
                while (!stopped) {
                    broadcaster.deliver();
                }
            } catch (LoadFailure failed) {
                failure = failed;
            }
        }

        long stop() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new LoadFailure("interrupted while emitting", interrupted);
            }
            if (failure != null) {
                throw failure;
            }
            return broadcaster.published();
        }
    }
}
