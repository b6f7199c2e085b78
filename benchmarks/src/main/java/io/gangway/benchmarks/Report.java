package io.gangway.benchmarks;

import static io.gangway.benchmarks.servers.Contender.GANGWAY;

import io.gangway.benchmarks.clients.Load;
import io.gangway.benchmarks.clients.Measured;
import io.gangway.benchmarks.servers.Contender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The results as tables in Markdown. */
final class Report {
    private static final double BUSY = 0.9;
    private static final double NOISE = 0.05;
    private static final List<Contender> OTHERS = Arrays.stream(Contender.values())
            .filter(contender -> contender != GANGWAY)
            .toList();

    private final Results results;
    private final List<String> lines = new ArrayList<>();

    private Report(Results results) {
        this.results = results;
    }

    /** @param micro the lines of JMH's table */
    static String of(Results results, List<String> micro, String circumstances) {
        Report report = new Report(results);
        report.lines.add(circumstances);
        report.others();
        report.fanOut();
        report.echo();
        report.connects();
        report.steady();
        report.memory();
        report.micro(micro);
        return String.join(System.lineSeparator(), report.lines);
    }

    private void others() {
        results.others().ifPresent(part -> {
            lines.add("");
            lines.add(String.format(
                    Locale.ROOT,
                    part > NOISE
                            ? "**Other programs had %.0f %% of the cores' time meanwhile: measure again when it is quiet.**"
                            : "Other programs had %.1f %% of the cores' time meanwhile.",
                    100 * part));
        });
    }

    private void fanOut() {
        table("Fan-out: server CPU per delivery, deliveries per second", "receivers", "text", "under way");
        rows(Load.Kind.FAN_OUT, row -> cells(row, row.sockets() + "", row.bytes() + " B", row.window() + ""));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "At most, the clients were busy %.0f %% of the time; `>=` stands where that is over 90 %%, for then the server"
                        + " could do more.",
                100 * busiest()));
    }

    private double busiest() {
        return results.rows().stream()
                .filter(row -> row.kind() == Load.Kind.FAN_OUT)
                .flatMapToDouble(row -> Arrays.stream(Contender.values())
                        .mapToDouble(contender -> results.median(row, contender, Measured::clientBusy)))
                .max()
                .orElse(0);
    }

    private void echo() {
        table("Acks: server CPU per round trip, round trips per second", "clients", "under way, each");
        rows(Load.Kind.ECHO, row -> cells(row, row.sockets() + "", row.window() + ""));
    }

    private void connects() {
        table("Connects: server CPU from SYN to joined and closed again, connects per second", "at the same time");
        rows(Load.Kind.CONNECT, row -> cells(row, row.sockets() + ""));
    }

    private void steady() {
        table(
                "Latency: broadcasts 20 times a second, a tenth of the clients ask for 10 acks a second each",
                "clients",
                "of");
        rows(Load.Kind.STEADY, row -> {
            String clients = row.sockets() + "";
            compare(List.of(clients, "broadcast, p50"), row, Measured::p50Micros, Report::millis);
            compare(List.of(clients, "broadcast, p99"), row, Measured::p99Micros, Report::millis);
            compare(List.of(clients, "ack, p99"), row, Measured::echoP99Micros, Report::millis);
        });
    }

    private void memory() {
        table("Memory: live heap per idle, joined WebSocket");
        List<String> cells = new ArrayList<>();
        cells.add(kilobytes(results.idleBytes(GANGWAY)));
        for (Contender other : OTHERS) {
            cells.add(kilobytes(results.idleBytes(other)));
            cells.add(ratio(results.idleBytes(other), results.idleBytes(GANGWAY)));
        }
        row(cells);
    }

    private void micro(List<String> micro) {
        if (micro.isEmpty()) {
            return;
        }
        lines.addAll(List.of("", "### Within one thread (JMH)", "", "| benchmark | of | a call |", "|---|---|--:|"));
        lines.addAll(micro);
    }

    private void table(String title, String... keys) {
        List<String> heads = new ArrayList<>(List.of(keys));
        heads.add(GANGWAY.title());
        for (Contender other : OTHERS) {
            heads.add(other.title());
            heads.add("ratio");
        }
        lines.addAll(List.of("", "### " + title, ""));
        row(heads);
        lines.add("|" + "--:|".repeat(heads.size()));
    }

    private void row(List<String> cells) {
        lines.add("| " + String.join(" | ", cells) + " |");
    }

    private void rows(Load.Kind kind, Consumer<Row> line) {
        results.rows().stream().filter(row -> row.kind() == kind).forEach(line);
    }

    private void cells(Row row, String... keys) {
        List<String> cells = new ArrayList<>(List.of(keys));
        cells.add(cost(row, GANGWAY));
        for (Contender other : OTHERS) {
            cells.add(cost(row, other));
            cells.add(ratio(
                    results.median(row, other, Measured::serverCpuMicros),
                    results.median(row, GANGWAY, Measured::serverCpuMicros)));
        }
        row(cells);
    }

    private String cost(Row row, Contender contender) {
        boolean limited = results.median(row, contender, Measured::clientBusy) > BUSY;
        return micros(results.median(row, contender, Measured::serverCpuMicros)) + ", " + (limited ? ">= " : "")
                + rate(results.median(row, contender, Measured::perSecond));
    }

    private void compare(List<String> keys, Row row, ToDoubleFunction<Measured> figure, Function<Double, String> unit) {
        List<String> cells = new ArrayList<>(keys);
        double own = results.median(row, GANGWAY, figure);
        cells.add(unit.apply(own));
        for (Contender other : OTHERS) {
            double theirs = results.median(row, other, figure);
            cells.add(unit.apply(theirs));
            cells.add(ratio(theirs, own));
        }
        row(cells);
    }

    private static String micros(double micros) {
        return String.format(Locale.ROOT, micros < 100 ? "%.2f us" : "%.0f us", micros);
    }

    private static String millis(double micros) {
        return String.format(Locale.ROOT, "%.2f ms", micros / 1e3);
    }

    private static String kilobytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f KB", bytes / 1e3);
    }

    private static String rate(double perSecond) {
        return perSecond < 10_000
                ? String.format(Locale.ROOT, "%.0f/s", perSecond)
                : String.format(Locale.ROOT, "%.0fk/s", perSecond / 1e3);
    }

    private static String ratio(double theirs, double own) {
        return String.format(Locale.ROOT, "%.1f", theirs / own);
    }
}
