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
 * The process of a server: writes its port and that of its receipts, answers the lines of its standard input, and ends with
 * the input. {@link RemoteServer} stands for it elsewhere.
 */
final class ServerProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What one can ask of it. */
    enum Verb {
        /** Begins to broadcast to clients that were told to give receipts. */
        EMIT,
        /** Ends that; the answer's number is how many broadcasts there were. */
        STOP,
        /** What the process has used. */
        SPENT,
        /** The answer's number is the bytes of live heap. */
        HEAP,
        /** The answer's number is the milliseconds that the JIT compilers have taken so far. */
        COMPILATION
    }

    /** What is asked; the bytes of a message and how many may be under way are for {@link Verb#EMIT}. */
    record Order(Verb verb, int bytes, int underWay) {}

    /** An answer: a number, what was spent, or why there is nothing. */
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
        System.exit(0); // its threads are not daemons, and the clients are gone
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
                        throw new IllegalStateException("told to stop what was not begun");
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
        System.gc(); // what the first has made reachable by finalizers and cleaners only
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** A thread of the application's, as it were. */
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
                throw new LoadFailure("interrupted while it emitted", interrupted);
            }
            if (failure != null) {
                throw failure;
            }
            return broadcaster.published();
        }
    }
}
