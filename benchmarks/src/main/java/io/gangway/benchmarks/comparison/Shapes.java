package io.gangway.benchmarks.comparison;

import com.sun.management.UnixOperatingSystemMXBean;
import io.gangway.benchmarks.clients.Count;
import io.gangway.benchmarks.clients.Load;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.report.Chart;
import io.gangway.benchmarks.report.Section;
import io.gangway.benchmarks.report.Table;
import io.gangway.benchmarks.servers.Contender;
import io.gangway.benchmarks.servers.Measured;
import io.gangway.benchmarks.servers.RemoteServer;
import io.gangway.benchmarks.servers.Spent;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Runs benchmarks published by other projects on the servers here; the notes tell what is the same and what differs.
 */
final class Shapes {
    private static final double SHOOTOUT_SECONDS = 240;
    private static final int SHOOTOUT_UNDER_WAY = 4;
    private static final int SHOOTOUT_BYTES = 200;
    private static final double SHOOTOUT_LIMIT_MICROS = 500_000;
    private static final int CHAT_LINE_BYTES = 12;
    private static final int GROUP = 10;
    private static final int GROUP_MESSAGE_BYTES = 64;
    private static final int FILES_BESIDE_CLIENTS = 500;
    private static final long HEAP_PAUSE_MILLIS = 500;

    private final Stage stage;
    private final Progress progress;
    private final Size size;

    /** The size of the benchmarks. */
    record Size(
            int shootoutStep,
            int shootoutMost,
            int chatClients,
            int chatLines,
            int groupClients,
            int groupDeliveries,
            int churn,
            long leadMillis,
            long measureMillis) {

        /** As published, except the groups, which are a hundredth of Centrifugo's. */
        static final Size PUBLISHED = new Size(250, mostClients(250), 32, 50 * 32, 10_000, 5000, 33, 15_000, 20_000);

        /** A few seconds: tests that everything runs, without meaningful figures. */
        static final Size SMOKE = new Size(5, 10, 4, 8, 20, 200, 5, 50, 300);

        /** The number of files this process may open, rounded down to whole steps. */
        private static int mostClients(int step) {
            long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                    ? unix.getMaxFileDescriptorCount()
                    : Integer.MAX_VALUE;
            long clients = Math.min(files, 60_000) - FILES_BESIDE_CLIENTS;
            return (int) Math.max(step, clients / step * step);
        }
    }

    Shapes(Stage stage, Progress progress, Size size) {
        this.stage = stage;
        this.progress = progress;
        this.size = size;
    }

    /** The approximate duration. */
    static double plannedSeconds(List<Shape> shapes) {
        return Contender.values().length
                * shapes.stream().mapToDouble(Shapes::plannedSeconds).sum();
    }

    private static double plannedSeconds(Shape shape) {
        return switch (shape) {
            case SHOOTOUT -> SHOOTOUT_SECONDS;
            case BUN_CHAT ->
                (Size.PUBLISHED.leadMillis + Size.PUBLISHED.measureMillis) / 1e3
                        + 15; // plus the rest of the last round
            case CENTRIFUGO -> (Size.PUBLISHED.leadMillis + Size.PUBLISHED.measureMillis) / 1e3 + 15;
        };
    }

    Section run(Shape shape) {
        return switch (shape) {
            case SHOOTOUT -> shootout();
            case BUN_CHAT -> chat();
            case CENTRIFUGO -> centrifugo();
        };
    }

    private static String name(Shape shape) {
        return shape.option().substring(2);
    }

    private void step(Shape shape, Contender contender) {
        progress.step(name(shape) + ": " + contender.title(), plannedSeconds(shape));
    }

    private Section shootout() {
        List<List<String>> rows = new ArrayList<>();
        List<Double> most = new ArrayList<>();
        List<String> figures = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            step(Shape.SHOOTOUT, contender);
            warm(contender);
            Step last = null;
            Step next = null;
            int clients = size.shootoutStep;
            while (clients <= size.shootoutMost) {
                next = shootout(contender, clients);
                if (next.p95Micros > SHOOTOUT_LIMIT_MICROS) {
                    break;
                }
                last = next;
                clients += size.shootoutStep;
                if (clients % (10 * size.shootoutStep) == 0) {
                    progress.note(String.format(
                            Locale.ROOT, "%,d clients: p95 %s", last.clients, Units.millis(last.p95Micros)));
                }
            }
            stage.clients().leave();
            boolean unlimited = clients > size.shootoutMost;
            int count = last == null ? 0 : last.clients;
            String figure = String.format(Locale.ROOT, unlimited ? ">= %,d" : "%,d", count);
            most.add((double) count);
            figures.add(figure);
            rows.add(List.of(
                    contender.title(),
                    figure,
                    last == null ? "-" : Units.millis(last.p95Micros),
                    last == null ? "-" : Units.micros(last.cpuMicros),
                    unlimited || next == null ? "-" : Units.millis(next.p95Micros)));
        }
        return Section.of(
                        "The shootout's rule: most clients with the p95 of a broadcast's round trip under 500 ms",
                        new Table(
                                1,
                                List.of("server", "clients", "p95", "server CPU per delivery", "p95, one step more"),
                                rows))
                .with(new Chart(
                        "Most clients under the shootout's rule",
                        "Four broadcasts of 200 B under way, p95 of the round trip under 500 ms. Longer is better.",
                        titles(),
                        List.of(new Chart.Group("clients", most, figures))))
                .noting(List.of(
                        "As in hashrocket/websocket-shootout: JSON, 200 B of padding, four broadcasts"
                                + " under way, each by a client chosen at random, 100 round trips a step, steps"
                                + " of " + size.shootoutStep
                                + "; the round trip ends with an answer that the server sends behind"
                                + " the broadcast (there `broadcastResult`, here the ack).",
                        "Different here: server and clients on one machine over loopback, one core"
                                + " each (there two machines with an i7-4790K and gigabit Ethernet), Socket.IO"
                                + " instead of bare WebSockets, clients that parse no JSON; smaller steps, a"
                                + " warm server; every client must get every broadcast, or there is no figure."
                                + " There, in 2016: uWebSockets 22,000 on one thread, http-kit 18,000, Phoenix"
                                + " 15,000.",
                        String.format(
                                Locale.ROOT,
                                "`>=` marks the machine's limit: the limit of open files allows %,d clients.",
                                size.shootoutMost)));
    }

    /** Repeats the first step, at which a server that has just started would fail. */
    private void warm(Contender contender) {
        long end = System.nanoTime() + size.leadMillis * 1_000_000;
        while (System.nanoTime() < end) {
            shootout(contender, size.shootoutStep);
        }
    }

    private record Step(int clients, double p95Micros, double cpuMicros) {}

    private Step shootout(Contender contender, int clients) {
        RemoteServer server = stage.server(contender);
        Spent before = server.spent();
        Load load = Load.of(Load.Kind.SHOOTOUT, server.port(), clients, SHOOTOUT_BYTES, SHOOTOUT_UNDER_WAY);
        Count count = named(contender, () -> {
            stage.begin(contender, load);
            return stage.end(contender, load);
        });
        double cpuMicros = (server.spent().cpuNanos() - before.cpuNanos()) / 1e3 / count.done();
        return new Step(clients, count.beside().p95Micros(), cpuMicros);
    }

    private Section chat() {
        List<List<String>> rows = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            step(Shape.BUN_CHAT, contender);
            Load load = Load.of(
                    Load.Kind.CHAT, stage.server(contender).port(), size.chatClients, CHAT_LINE_BYTES, size.chatLines);
            Measured measured = named(contender, () -> measure(contender, load));
            stage.clients().leave();
            rates.add(measured.perSecond());
            rows.add(List.of(
                    contender.title(),
                    Units.rate(measured.perSecond()),
                    Units.micros(measured.serverCpuMicros()),
                    Units.number(measured.writesEach()),
                    Units.percent(measured.clientBusy())));
        }
        return Section.of(
                        "Bun's chat: " + size.chatClients + " clients, every line to all",
                        new Table(
                                1,
                                List.of(
                                        "server",
                                        "received",
                                        "server CPU per delivery",
                                        "writes per delivery",
                                        "clients busy"),
                                rows))
                .with(new Chart(
                        "Messages received per second in Bun's chat",
                        size.chatClients + " clients, every line to all. Longer is better.",
                        titles(),
                        List.of(new Chart.Group(
                                "messages per second",
                                rates,
                                rates.stream().map(Units::rate).toList()))))
                .noting(List.of(
                        "As in Bun's `bench/websocket-server`: 32 clients in one process send 1,600"
                                + " short lines each, and every client gets every line; once all have arrived,"
                                + " which is checked every 64 ms, the next round begins.",
                        "Different here: a line is a Socket.IO event with a JSON object (about 60 B)"
                                + " and not bare text (about 20 B); the server has one core, the clients are"
                                + " lighter than Bun's or Node's and all deliveries are counted. Gangway's"
                                + " `maxBuffered` is 16 MiB, because it disconnects clients that are further"
                                + " behind, and a round is 3 MB for each. There: about 700,000 a second with"
                                + " Bun 0.2.1, 100,000 with ws on Node 18, on an unnamed machine."));
    }

    private Section centrifugo() {
        List<List<String>> rows = new ArrayList<>();
        List<Chart.Group> groups = new ArrayList<>();
        List<Measured> all = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            step(Shape.CENTRIFUGO, contender);
            Load load = Load.groups(
                    stage.server(contender).port(),
                    size.groupClients,
                    GROUP_MESSAGE_BYTES,
                    GROUP,
                    size.groupDeliveries,
                    size.churn);
            Measured measured = named(contender, () -> measure(contender, load));
            double heap = stage.heapAtRest(contender, HEAP_PAUSE_MILLIS);
            stage.clients().leave();
            all.add(measured);
            rows.add(List.of(
                    contender.title(),
                    Units.rate(measured.perSecond()),
                    Units.millis(measured.latency().p50Micros()),
                    Units.millis(measured.latency().p99Micros()),
                    Units.millis(measured.beside().p99Micros()),
                    Units.percent((double) measured.serverCpuNanos() / measured.nanos()),
                    Units.megabytes(heap)));
        }
        groups.add(group(
                "message, p50",
                all.stream().map(one -> one.latency().p50Micros()).toList()));
        groups.add(group(
                "message, p99",
                all.stream().map(one -> one.latency().p99Micros()).toList()));
        groups.add(group(
                "joining, p99",
                all.stream().map(one -> one.beside().p99Micros()).toList()));
        return Section.of(
                        String.format(
                                Locale.ROOT,
                                "Centrifugo in small: %,d clients in groups of %d, messages and churn together",
                                size.groupClients,
                                GROUP),
                        new Table(
                                1,
                                List.of(
                                        "server",
                                        "delivered",
                                        "p50",
                                        "p99",
                                        "joining, p99",
                                        "CPU, of one core",
                                        "live heap"),
                                rows))
                .with(new Chart(
                        "Latency with messages and churn",
                        "From when it was due to when a client had it. Shorter is better.",
                        titles(),
                        groups))
                .noting(List.of(
                        String.format(
                                Locale.ROOT,
                                "As in Centrifugo's million connections, a hundredth of it:"
                                        + " %,d clients in groups of %d, %,d deliveries a second due,"
                                        + " %d clients a second join a group and leave. A Socket.IO"
                                        + " client also has a room of its own, as each client has a"
                                        + " personal channel there.",
                                size.groupClients,
                                GROUP,
                                size.groupDeliveries,
                                size.churn),
                        "Different here: one server on one core and no Redis (there 20 pods"
                                + " on Xeons and five Redis shards), JSON instead of Protobuf, a member"
                                + " of the group sends (there the application publishes through the"
                                + " server's API), no TLS. There: p99 under 200 ms at 500,000"
                                + " deliveries a second. Deliveries to clients that come and go are not"
                                + " counted; permanent clients must get every message once and in"
                                + " order, or there is no figure."));
    }

    private static Chart.Group group(String label, List<Double> micros) {
        return new Chart.Group(label, micros, micros.stream().map(Units::millis).toList());
    }

    private Measured measure(Contender contender, Load load) {
        return stage.measure(
                contender,
                load,
                size.leadMillis,
                size.measureMillis,
                one -> one.operations() > 0
                        && (load.kind() != Load.Kind.GROUPS || one.beside().of() > 0));
    }

    /** Adds the server's name to a failure. */
    private static <T> T named(Contender contender, Supplier<T> load) {
        try {
            return load.get();
        } catch (LoadFailure failure) {
            throw new LoadFailure(contender.title() + ": " + failure.getMessage(), failure);
        }
    }

    private static List<String> titles() {
        return Arrays.stream(Contender.values()).map(Contender::title).toList();
    }
}
