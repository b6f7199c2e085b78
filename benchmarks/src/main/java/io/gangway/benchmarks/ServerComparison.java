package io.gangway.benchmarks;

import com.google.gson.Gson;
import io.gangway.benchmarks.clients.ClientsProcess;
import io.gangway.benchmarks.clients.Load;
import io.gangway.benchmarks.clients.LoadFailure;
import io.gangway.benchmarks.clients.Measured;
import io.gangway.benchmarks.servers.Contender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures the servers one after the other, and that in every round anew: what disturbs the machine disturbs all.
 *
 * <p>All servers are there all the time, on the same core; those whose turn it is not have no clients.
 */
final class ServerComparison implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(1);
    private static final int MOST_COLLECTIONS = 40;
    /** A server is warm when its compilers take no more of the time. */
    private static final double COMPILED = 0.02;

    private static final Duration BEYOND_THE_LOAD = Duration.ofMinutes(2);

    private final Plan plan;
    private final Consumer<String> progress;
    private final Gson gson = new Gson();
    private final Map<Contender, ChildJvm> servers = new EnumMap<>(Contender.class);
    private final Map<Contender, Integer> ports = new EnumMap<>(Contender.class);
    private final ChildJvm clients;

    ServerComparison(Plan plan, Cores cores, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
        this.clients = ChildJvm.start("the clients' process", cores.clients(), ClientsProcess.class);
        try {
            for (Contender contender : Contender.values()) {
                ChildJvm server =
                        ChildJvm.start(contender.title(), cores.servers(), MeasuredServer.class, contender.name());
                servers.put(contender, server);
                ports.put(contender, Integer.parseInt(server.answer(START)));
            }
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    Results run() {
        Results results = new Results();
        for (Contender contender : Contender.values()) {
            progress.accept("memory: " + contender.title());
            results.addIdle(contender, idleBytes(contender));
        }
        for (Contender contender : Contender.values()) {
            progress.accept("warming: " + contender.title());
            warm(contender);
        }
        Optional<Machine> before = Machine.look(pids());
        for (int round = 1; round <= plan.rounds(); round++) {
            for (List<Row> rows : rowsOfTheSameClients()) {
                progress.accept("round " + round + " of " + plan.rounds() + ": "
                        + rows.get(0).kind() + ", " + rows.get(0).sockets() + " clients");
                for (Contender contender : Contender.values()) {
                    for (Row row : rows) {
                        results.add(row, contender, measure(contender, row));
                    }
                }
            }
        }
        before.ifPresent(then -> Machine.look(pids()).ifPresent(now -> results.othersHad(now.othersSince(then))));
        return results;
    }

    /** The clients of the rows of one list stay connected from row to row. */
    private List<List<Row>> rowsOfTheSameClients() {
        List<List<Row>> all = new ArrayList<>();
        for (int receivers : plan.receivers()) {
            List<Row> rows = new ArrayList<>();
            for (int bytes : plan.bytes()) {
                for (int window : plan.windows()) {
                    rows.add(new Row(Load.Kind.FAN_OUT, receivers, bytes, window));
                }
            }
            all.add(rows);
        }
        List<Row> echoes = new ArrayList<>();
        for (int window : plan.windows()) {
            echoes.add(new Row(Load.Kind.ECHO, plan.echoClients(), 64, window));
        }
        all.add(echoes);
        all.add(List.of(new Row(Load.Kind.STEADY, plan.steadySockets(), 64, 0)));
        all.add(List.of(new Row(Load.Kind.CONNECT, plan.connectsAtOnce(), 0, 0)));
        return all;
    }

    private double idleBytes(Contender contender) {
        int few = Math.max(1, plan.idleSockets() / 10);
        order(contender, new Row(Load.Kind.HOLD, few, 0, 0), 0, 0); // what is there but once is there
        long before = heap(contender);
        order(contender, new Row(Load.Kind.HOLD, few + plan.idleSockets(), 0, 0), 0, 0);
        long more = heap(contender) - before;
        order(contender, new Row(Load.Kind.LEAVE, 0, 0, 0), 0, 0);
        return (double) more / plan.idleSockets();
    }

    /** The live heap when it has come to rest: servers put things away a little later. */
    private long heap(Contender contender) {
        long heap = collectedHeap(contender);
        for (int i = 0; i < MOST_COLLECTIONS; i++) {
            pause();
            long next = collectedHeap(contender);
            if (Math.abs(next - heap) < heap / 100) {
                return Math.min(next, heap);
            }
            heap = next;
        }
        throw new LoadFailure(contender.title() + "'s live heap does not come to rest");
    }

    private long collectedHeap(Contender contender) {
        return Long.parseLong(server(contender).ask(MeasuredServer.HEAP, START));
    }

    private void pause() {
        try {
            Thread.sleep(plan.heapPauseMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LoadFailure("interrupted", stopped);
        }
    }

    /** Until the JIT compilers have next to nothing left to do: on one core they need longer than one would think. */
    private void warm(Contender contender) {
        int few = plan.receivers().get(0);
        int most = plan.receivers().get(plan.receivers().size() - 1);
        long time = plan.warmMillis();
        List<Row> loads = List.of(
                new Row(Load.Kind.FAN_OUT, few, 64, 1),
                new Row(Load.Kind.FAN_OUT, most, 64, 4),
                new Row(Load.Kind.ECHO, plan.echoClients(), 64, 4),
                new Row(Load.Kind.CONNECT, plan.connectsAtOnce(), 0, 0));
        double share = 1;
        for (int pass = 0; pass < plan.mostWarmPasses() && share > COMPILED; pass++) {
            long compiled = compilation(contender);
            long start = System.nanoTime();
            loads.forEach(load -> order(contender, load, 0, time));
            share = (compilation(contender) - compiled) * 1e6 / (System.nanoTime() - start);
        }
        progress.accept(String.format(Locale.ROOT, "its compilers still took %.0f %% of the time", share * 100));
    }

    private long compilation(Contender contender) {
        return Long.parseLong(server(contender).ask(MeasuredServer.COMPILATION, START));
    }

    private Measured measure(Contender contender, Row row) {
        long time = row.kind() == Load.Kind.STEADY ? plan.steadyMillis() : plan.measureMillis();
        Measured measured = order(contender, row, plan.leadMillis(), time);
        if (measured.operations() == 0) {
            throw new LoadFailure(contender.title() + " did nothing in " + time + " ms of " + row);
        }
        return measured;
    }

    private Measured order(Contender contender, Row row, long leadMillis, long measureMillis) {
        Load load = row.load(port(contender), server(contender).pid(), leadMillis, measureMillis);
        String line = clients.ask(gson.toJson(load), BEYOND_THE_LOAD.plusMillis(leadMillis + measureMillis));
        ClientsProcess.Answer answer = gson.fromJson(line, ClientsProcess.Answer.class);
        Measured measured = answer.measured();
        if (measured == null) {
            throw new LoadFailure(contender.title() + ", " + row + ": " + answer.failure());
        }
        return measured;
    }

    private ChildJvm server(Contender contender) {
        ChildJvm server = servers.get(contender);
        if (server == null) {
            throw new IllegalStateException(contender + " was not started");
        }
        return server;
    }

    private int port(Contender contender) {
        Integer port = ports.get(contender);
        if (port == null) {
            throw new IllegalStateException(contender + " was not started");
        }
        return port;
    }

    /** The processes that run: the servers', then the clients'. */
    List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        servers.values().forEach(server -> pids.add(server.pid()));
        pids.add(clients.pid());
        return pids;
    }

    @Override
    public void close() {
        clients.close();
        servers.values().forEach(ChildJvm::close);
    }
}
