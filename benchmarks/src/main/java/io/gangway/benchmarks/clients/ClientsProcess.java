package io.gangway.benchmarks.clients;

import com.google.gson.Gson;
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

/** The process of the clients: reads {@link Load}s from its standard input, one a line, until that ends, and answers each. */
public final class ClientsProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private ClientsProcess() {}

    /** An answer: what was measured, or why there is nothing. */
    public record Answer(
            @Nullable Measured measured, @Nullable String failure) {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        BlockingQueue<Optional<String>> orders = new LinkedBlockingQueue<>();
        Thread reading = new Thread(() -> read(orders), "orders");
        reading.setDaemon(true);
        reading.start();
        Gson gson = new Gson();
        try (Clients clients = new Clients(PATIENCE)) {
            while (true) {
                Optional<String> order;
                try {
                    order = next(orders, clients);
                } catch (LoadFailure failure) {
                    // Nobody has asked, so nobody could be told: whoever asks next is.
                    if (orders.take().isPresent()) {
                        System.out.println(gson.toJson(new Answer(null, failure.getMessage())));
                    }
                    return;
                }
                if (order.isEmpty()) {
                    return;
                }
                System.out.println(gson.toJson(answer(clients, gson.fromJson(order.get(), Load.class))));
            }
        }
    }

    private static Answer answer(Clients clients, Load load) {
        try {
            return new Answer(clients.run(load), null);
        } catch (LoadFailure failure) {
            return new Answer(null, failure.getMessage());
        } catch (IOException | UncheckedIOException failure) {
            return new Answer(null, failure.toString());
        }
    }

    private static Optional<String> next(BlockingQueue<Optional<String>> orders, Clients clients)
            throws IOException, InterruptedException {
        while (clients.areConnected()) {
            Optional<String> order = orders.poll();
            if (order != null) {
                return order;
            }
            clients.idle(20);
        }
        return orders.take();
    }

    private static void read(BlockingQueue<Optional<String>> orders) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                orders.add(Optional.of(line));
            }
        } catch (IOException broken) {
            System.err.println("the orders cannot be read: " + broken);
        } finally {
            orders.add(Optional.empty());
        }
    }
}
