package io.gangway.benchmarks.comparison;

import io.gangway.benchmarks.clients.Load;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.processes.Machine;
import io.gangway.benchmarks.servers.Contender;
import io.gangway.benchmarks.servers.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Measures the servers one after the other, in several rounds, so that a disturbance of the machine affects all of
 * them.
 */
final class ServerComparison {
    /** A server is warm once its JIT compilers take at most this share of the time. */
    private static final double COMPILED = 0.02;

    private static final int WARMING_LOADS = 4;
    private static final double SECONDS_AROUND_A_LOAD = 0.2;
    private static final double SECONDS_OF_HEAP = 6;

    private final Plan plan;
    private final Stage stage;
    private final Progress progress;

    ServerComparison(Plan plan, Stage stage, Progress progress) {
        this.plan = plan;
        this.stage = stage;
        this.progress = progress;
    }

    /** The planned duration of {@link #run}. */
    static double plannedSeconds(Plan plan) {
        int contenders = Contender.values().length;
        double rounds = plan.rounds()
                * rowsOfTheSameClients(plan).stream()
                        .mapToDouble(rows -> seconds(plan, rows))
                        .sum();
        return contenders * (SECONDS_OF_HEAP + warmingSeconds(plan) + rounds);
    }

    private static double warmingSeconds(Plan plan) {
        return plan.mostWarmPasses() * WARMING_LOADS * (plan.warmMillis() / 1e3 + SECONDS_AROUND_A_LOAD);
    }

    private static double seconds(Plan plan, List<Row> rows) {
        return rows.stream()
                .mapToDouble(row -> (plan.leadMillis() + millis(plan, row)) / 1e3 + SECONDS_AROUND_A_LOAD)
                .sum();
    }

    Results run() {
        Results results = new Results();
        for (Contender contender : Contender.values()) {
            progress.step("memory of idle clients: " + contender.title(), SECONDS_OF_HEAP);
            results.addIdle(contender, idleBytes(contender));
        }
        for (Contender contender : Contender.values()) {
            progress.step("warming " + contender.title(), warmingSeconds(plan));
            warm(contender);
        }
        Optional<Machine> before = Machine.look(stage.pids());
        for (int round = 1; round <= plan.rounds(); round++) {
            for (List<Row> rows : rowsOfTheSameClients(plan)) {
                for (Contender contender : Contender.values()) {
                    progress.step(
                            "round " + round + " of " + plan.rounds() + ": " + title(rows.get(0)) + ", "
                                    + contender.title(),
                            seconds(plan, rows));
                    for (Row row : rows) {
                        results.add(row, contender, measure(contender, row));
                    }
                }
            }
        }
        before.ifPresent(then -> Machine.look(stage.pids()).ifPresent(now -> results.othersHad(now.othersSince(then))));
        return results;
    }

    private static String title(Row row) {
        return switch (row.kind()) {
            case FAN_OUT -> "fan-out to " + row.sockets();
            case ECHO -> "acks for " + row.sockets();
            case STEADY -> "latency with " + row.sockets();
            case CONNECT -> "connects, " + row.sockets() + " at a time";
            default -> throw new IllegalArgumentException("no comparison row has the load " + row.kind());
        };
    }

    /** Rows grouped by clients: within a list they stay connected from row to row. */
    private static List<List<Row>> rowsOfTheSameClients(Plan plan) {
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
        hold(contender, few); // loads what is needed once, so that it is not counted
        long before = stage.heapAtRest(contender, plan.heapPauseMillis());
        hold(contender, few + plan.idleSockets());
        long more = stage.heapAtRest(contender, plan.heapPauseMillis()) - before;
        stage.clients().leave();
        return (double) more / plan.idleSockets();
    }

    private void hold(Contender contender, int sockets) {
        Row row = new Row(Load.Kind.HOLD, sockets, 0, 0);
        named(contender, row, () -> stage.begin(contender, load(contender, row)));
    }

    /** Runs loads until the JIT compilers are almost idle; on one core this takes longer than expected. */
    private void warm(Contender contender) {
        int few = plan.receivers().get(0);
        int most = plan.receivers().get(plan.receivers().size() - 1);
        List<Row> loads = List.of(
                new Row(Load.Kind.FAN_OUT, few, 64, 1),
                new Row(Load.Kind.FAN_OUT, most, 64, 4),
                new Row(Load.Kind.ECHO, plan.echoClients(), 64, 4),
                new Row(Load.Kind.CONNECT, plan.connectsAtOnce(), 0, 0));
        double share = 1;
        for (int pass = 0; pass < plan.mostWarmPasses() && share > COMPILED; pass++) {
            long compiled = stage.server(contender).compilationMillis();
            long start = System.nanoTime();
            for (Row row : loads) {
                named(contender, row, () -> stage.run(contender, load(contender, row), plan.warmMillis()));
            }
            long millis = stage.server(contender).compilationMillis() - compiled;
            share = millis * 1e6 / (System.nanoTime() - start);
        }
        progress.note(String.format(Locale.ROOT, "its JIT compilers still took %.0f %% of the time", share * 100));
    }

    private Measured measure(Contender contender, Row row) {
        return named(
                contender,
                row,
                () -> stage.measure(
                        contender,
                        load(contender, row),
                        plan.leadMillis(),
                        millis(plan, row),
                        one -> one.operations() > 0
                                && (row.kind() != Load.Kind.STEADY
                                        || one.beside().of() > 0)));
    }

    /** Adds the server's name to a failure. */
    private static <T> T named(Contender contender, Row row, Supplier<T> load) {
        try {
            return load.get();
        } catch (LoadFailure failure) {
            throw new LoadFailure(contender.title() + ", " + row + ": " + failure.getMessage(), failure);
        }
    }

    private static long millis(Plan plan, Row row) {
        return row.kind() == Load.Kind.STEADY ? plan.steadyMillis() : plan.measureMillis();
    }

    private Load load(Contender contender, Row row) {
        return row.load(stage.server(contender).port());
    }
}
