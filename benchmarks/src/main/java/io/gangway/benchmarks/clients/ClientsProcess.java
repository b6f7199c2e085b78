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
 * The process of the clients: reads {@link Order}s from its standard input, one a line, until that ends, and answers each.
 * {@link RemoteClients} stands for it elsewhere.
 */
final class ClientsProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What one can ask of the clients: the methods of {@link Clients}. */
    enum Verb {
        BEGIN,
        COUNT,
        SETTLE,
        RESUME,
        LEAVE
    }

    /**
     * What is asked.
     *
     * @param load for {@link Verb#BEGIN}
     * @param published for {@link Verb#SETTLE}
     */
    record Order(Verb verb, @Nullable Load load, long published) {}

    /**
     * An answer: how it went, or why it did not.
     *
     * @param count null if there is nothing to count
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
                // Nobody has asked, so nobody could be told: whoever asks next is. The server's line is cut.
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
                        throw new IllegalArgumentException("no load to begin");
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
            System.err.println("the orders cannot be read: " + broken);
        } finally {
            orders.add(Optional.empty());
            clients.wakeUp();
        }
    }
}
