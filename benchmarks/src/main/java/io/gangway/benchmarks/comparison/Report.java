package io.gangway.benchmarks.comparison;

import static io.gangway.benchmarks.servers.Contender.GANGWAY;

import io.gangway.benchmarks.clients.Load;
import io.gangway.benchmarks.report.Chart;
import io.gangway.benchmarks.report.Section;
import io.gangway.benchmarks.report.Table;
import io.gangway.benchmarks.servers.Contender;
import io.gangway.benchmarks.servers.Measured;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The results as tables and charts. */
final class Report {
    private static final double BUSY = 0.9;
    private static final double NOISE = 0.05;
    private static final int CHARTED_BYTES = 64;
    private static final List<Contender> OTHERS = Arrays.stream(Contender.values())
            .filter(contender -> contender != GANGWAY)
            .toList();

    private final Results results;

    private Report(Results results) {
        this.results = results;
    }

    /** @param micro the rows of JMH's table */
    static List<Section> of(Results results, List<List<String>> micro) {
        Report report = new Report(results);
        List<Section> sections = new ArrayList<>(List.of(
                report.fanOut(),
                report.fanOutDetails(),
                report.echo(),
                report.connects(),
                report.steady(),
                report.memory()));
        if (!micro.isEmpty()) {
            sections.add(
                    Section.of("Within one thread (JMH)", new Table(2, List.of("benchmark", "of", "a call"), micro)));
        }
        return sections;
    }

    /** The share of other programs, if known. */
    static Optional<String> others(Results results) {
        return results.others().isEmpty()
                ? Optional.empty()
                : Optional.of(Units.others(results.others().getAsDouble(), NOISE));
    }

    /** The chart of deliveries per second, which the README shows. */
    static Chart fanOutChart(Results results) {
        return new Report(results)
                .chart(
                        "Deliveries per second on one core",
                        "Each message to all receivers, " + CHARTED_BYTES + " B of text. Longer is better.",
                        charted(results),
                        Report::fanOutLabel,
                        Measured::perSecond,
                        Units::rate);
    }

    private static List<Row> charted(Results results) {
        return rows(results, Load.Kind.FAN_OUT).stream()
                .filter(row -> row.bytes() == CHARTED_BYTES)
                .toList();
    }

    private static String fanOutLabel(Row row) {
        return String.format(Locale.ROOT, "to %,d, %d under way", row.sockets(), row.window());
    }

    private Section fanOut() {
        return costs(
                        "Fan-out: server CPU per delivery, deliveries per second",
                        Load.Kind.FAN_OUT,
                        List.of("receivers", "text", "under way"),
                        row -> List.of(row.sockets() + "", row.bytes() + " B", row.window() + ""))
                .with(
                        fanOutChart(results),
                        chart(
                                "Server CPU per delivery",
                                "Microseconds, " + CHARTED_BYTES + " B of text. Shorter is better.",
                                charted(results),
                                Report::fanOutLabel,
                                Measured::serverCpuMicros,
                                Units::micros))
                .noting(List.of(String.format(
                        Locale.ROOT,
                        "The server emits; it sends a message once all receivers have the one so many messages "
                                + "earlier. The clients were busy at most %.0f %% of the time; `>=` marks figures where "
                                + "they were busy more than 90 %%, because there the server could do more.",
                        100 * busiest())));
    }

    private double busiest() {
        return rows(results, Load.Kind.FAN_OUT).stream()
                .flatMapToDouble(row -> Arrays.stream(Contender.values())
                        .mapToDouble(contender -> results.median(row, contender, Measured::clientBusy)))
                .max()
                .orElse(0);
    }

    private Section fanOutDetails() {
        List<List<String>> cells = new ArrayList<>();
        for (Row row : rows(results, Load.Kind.FAN_OUT)) {
            List<String> line = new ArrayList<>(List.of(row.sockets() + "", row.bytes() + " B", row.window() + ""));
            for (Contender contender : Contender.values()) {
                line.add(Units.number(results.median(row, contender, Measured::writesEach)));
                line.add(Units.bytes(results.median(row, contender, Measured::allocated)));
            }
            cells.add(line);
        }
        List<String> heads = new ArrayList<>(List.of("receivers", "text", "under way"));
        for (Contender contender : Contender.values()) {
            heads.add(contender.title() + ": writes");
            heads.add("allocated");
        }
        return Section.of("Fan-out: writes to sockets and allocation per delivery", new Table(3, heads, cells));
    }

    private Section echo() {
        return costs(
                        "Acks: server CPU per round trip, round trips per second",
                        Load.Kind.ECHO,
                        List.of("clients", "under way, each"),
                        row -> List.of(row.sockets() + "", row.window() + ""))
                .with(chart(
                        "Server CPU per ack",
                        "Microseconds, 64 B there and back. Shorter is better.",
                        rows(results, Load.Kind.ECHO),
                        row -> row.sockets() + " clients, " + row.window() + " each",
                        Measured::serverCpuMicros,
                        Units::micros));
    }

    private Section connects() {
        return costs(
                        "Connects: server CPU from SYN to joined and closed again, connects per second",
                        Load.Kind.CONNECT,
                        List.of("at the same time"),
                        row -> List.of(row.sockets() + ""))
                .with(chart(
                        "Server CPU per connect",
                        "Microseconds, from SYN to joined and closed again. Shorter is better.",
                        rows(results, Load.Kind.CONNECT),
                        row -> row.sockets() + " at a time",
                        Measured::serverCpuMicros,
                        Units::micros));
    }

    private Section steady() {
        List<List<String>> cells = new ArrayList<>();
        List<Chart.Group> groups = new ArrayList<>();
        for (Row row : rows(results, Load.Kind.STEADY)) {
            String clients = row.sockets() + "";
            latency(
                    cells,
                    groups,
                    row,
                    List.of(clients, "broadcast, p50"),
                    one -> one.latency().p50Micros());
            latency(
                    cells,
                    groups,
                    row,
                    List.of(clients, "broadcast, p99"),
                    one -> one.latency().p99Micros());
            latency(
                    cells,
                    groups,
                    row,
                    List.of(clients, "ack, p99"),
                    one -> one.beside().p99Micros());
        }
        return Section.of(
                        "Latency: 20 broadcasts per second, while a tenth of the clients request 10 acks per "
                                + "second each",
                        new Table(2, heads(List.of("clients", "of")), cells))
                .with(new Chart(
                        "Latency under a steady load",
                        "From the moment a message was due until a client had it. Shorter is better.",
                        titles(),
                        groups));
    }

    private void latency(
            List<List<String>> cells,
            List<Chart.Group> groups,
            Row row,
            List<String> keys,
            ToDoubleFunction<Measured> figure) {
        cells.add(compared(keys, contender -> results.median(row, contender, figure), Units::millis));
        groups.add(group(keys.get(1), row, figure, Units::millis));
    }

    private Section memory() {
        List<String> cells = compared(List.of("WebSocket"), results::idleBytes, Units::kilobytes);
        List<Double> values =
                Arrays.stream(Contender.values()).map(results::idleBytes).toList();
        return Section.of(
                        "Memory: live heap per idle, joined client",
                        new Table(1, heads(List.of("client")), List.of(cells)))
                .with(new Chart(
                        "Live heap per idle client",
                        "Shorter is better.",
                        titles(),
                        List.of(new Chart.Group(
                                "WebSocket",
                                values,
                                values.stream().map(Units::kilobytes).toList()))));
    }

    private Section costs(String title, Load.Kind kind, List<String> keys, Function<Row, List<String>> key) {
        List<List<String>> cells = new ArrayList<>();
        for (Row row : rows(results, kind)) {
            List<String> line = new ArrayList<>(key.apply(row));
            for (Contender contender : Contender.values()) {
                line.add(cost(row, contender));
                if (contender != GANGWAY) {
                    line.add(Units.ratio(
                            results.median(row, contender, Measured::serverCpuMicros),
                            results.median(row, GANGWAY, Measured::serverCpuMicros)));
                }
            }
            cells.add(line);
        }
        return Section.of(title, new Table(keys.size(), heads(keys), cells));
    }

    private String cost(Row row, Contender contender) {
        boolean limited = results.median(row, contender, Measured::clientBusy) > BUSY;
        return Units.micros(results.median(row, contender, Measured::serverCpuMicros)) + ", " + (limited ? ">= " : "")
                + Units.rate(results.median(row, contender, Measured::perSecond));
    }

    private static List<String> compared(
            List<String> keys, ToDoubleFunction<Contender> figure, DoubleFunction<String> unit) {
        List<String> cells = new ArrayList<>(keys);
        double own = figure.applyAsDouble(GANGWAY);
        cells.add(unit.apply(own));
        for (Contender other : OTHERS) {
            double theirs = figure.applyAsDouble(other);
            cells.add(unit.apply(theirs));
            cells.add(Units.ratio(theirs, own));
        }
        return cells;
    }

    private static List<String> heads(List<String> keys) {
        List<String> heads = new ArrayList<>(keys);
        heads.add(GANGWAY.title());
        for (Contender other : OTHERS) {
            heads.add(other.title());
            heads.add("ratio");
        }
        return heads;
    }

    private Chart chart(
            String title,
            String subtitle,
            List<Row> rows,
            Function<Row, String> label,
            ToDoubleFunction<Measured> figure,
            DoubleFunction<String> unit) {
        return new Chart(
                title,
                subtitle,
                titles(),
                rows.stream()
                        .map(row -> group(label.apply(row), row, figure, unit))
                        .toList());
    }

    private Chart.Group group(String label, Row row, ToDoubleFunction<Measured> figure, DoubleFunction<String> unit) {
        List<Double> values = Arrays.stream(Contender.values())
                .map(contender -> results.median(row, contender, figure))
                .toList();
        return new Chart.Group(label, values, values.stream().map(unit::apply).toList());
    }

    private static List<String> titles() {
        return Arrays.stream(Contender.values()).map(Contender::title).toList();
    }

    private static List<Row> rows(Results results, Load.Kind kind) {
        return results.rows().stream().filter(row -> row.kind() == kind).toList();
    }
}
