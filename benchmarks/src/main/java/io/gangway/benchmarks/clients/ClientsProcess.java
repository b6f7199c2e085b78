package io.gangway.benchmarks.clients;

import com.google.gson.Gson;
import io.gangway.benchmarks.processes.LoadFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The clients' process: reads {@link Order}s from standard input, one per line, until its end, and answers each.
 * {@link RemoteClients} controls it from another process.
 */
final class ClientsProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The orders, which are the methods of {@link Clients}. */
    enum Verb {
        BEGIN,
        COUNT,
        SETTLE,
        RESUME,
        LEAVE
    }

    /**
     * One order.
     *
     * @param load for {@link Verb#BEGIN}
     * @param published for {@link Verb#SETTLE}
     */
    record Order(Verb verb, @Nullable Load load, long published) {}

    /**
     * The answer to an order: its result, or the reason for its failure.
     *
     * @param count null if the order counts nothing
     */
    record Answer(@Nullable Count count, @Nullable String failure) {}

    private final BlockingQueue<Optional<String>> orders = new LinkedBlockingQueue<>();
    private final Clients clients = new Clients(PATIENCE);
    private final Gson gson = new Gson();

    private ClientsProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ClientsProcess process = new ClientsProcess();
        Thread reading = new Thread(process::read, "orders");
        reading.setDaemon(true);
        reading.start();
        try (process.clients) {
            process.run();
        }
    }

    private void run() throws IOException, InterruptedException {
        while (true) {
            Optional<String> order;
            try {
                order = next();
            } catch (LoadFailure | UncheckedIOException failure) {
                // No order is waiting for an answer: the next one gets the failure. Closes the line to the server.
                clients.close();
                if (orders.take().isPresent()) {
                    System.out.println(gson.toJson(new Answer(null, failure.getMessage())));
                }
                return;
            }
            if (order.isEmpty()) {
                return;
            }
            System.out.println(gson.toJson(answer(gson.fromJson(order.get(), Order.class))));
        }
    }

    private Answer answer(Order order) {
        try {
            return switch (order.verb()) {
                case BEGIN -> {
                    if (order.load() == null) {
                        throw new IllegalArgumentException("the order BEGIN has no load");
                    }
                    clients.begin(order.load());
                    yield new Answer(null, null);
                }
                case COUNT -> new Answer(clients.count(), null);
                case SETTLE -> new Answer(clients.settle(order.published()), null);
                case RESUME -> {
                    clients.resume();
                    yield new Answer(null, null);
                }
                case LEAVE -> {
                    clients.leave();
                    yield new Answer(null, null);
                }
            };
        } catch (LoadFailure failure) {
            return new Answer(null, failure.getMessage());
        } catch (IOException | UncheckedIOException failure) {
            return new Answer(null, failure.toString());
        }
    }

    private Optional<String> next() throws IOException, InterruptedException {
        while (clients.areConnected()) {
            Optional<String> order = orders.poll();
            if (order != null) {
                return order;
            }
            clients.turn();
        }
        return orders.take();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                orders.add(Optional.of(line));
                clients.wakeUp();
            }
        } catch (IOException broken) {
            System.err.println("cannot read an order from standard input: " + broken);
        } finally {
            orders.add(Optional.empty());
            clients.wakeUp();
        }
    }
}
