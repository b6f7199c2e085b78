package io.gangway.benchmarks.comparison;

import io.gangway.benchmarks.servers.Contender;
import io.gangway.benchmarks.servers.Measured;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** All measurements of the servers. */
final class Results {
    private final Map<Row, Map<Contender, List<Measured>>> measured = new LinkedHashMap<>();
    private final Map<Contender, Double> idleBytes = new EnumMap<>(Contender.class);
    private OptionalDouble others = OptionalDouble.empty();

    void add(Row row, Contender contender, Measured one) {
        measured.computeIfAbsent(row, fresh -> new EnumMap<>(Contender.class))
                .computeIfAbsent(contender, fresh -> new ArrayList<>())
                .add(one);
    }

    void addIdle(Contender contender, double bytesPerSocket) {
        idleBytes.put(contender, bytesPerSocket);
    }

    void othersHad(double part) {
        others = OptionalDouble.of(part);
    }

    /** The share of the cores' time that other programs used during the rounds; empty if unknown. */
    OptionalDouble others() {
        return others;
    }

    Set<Row> rows() {
        return measured.keySet();
    }

    Stream<Measured> all(Row row, Contender contender) {
        return measured.getOrDefault(row, Map.of()).getOrDefault(contender, List.of()).stream();
    }

    double median(Row row, Contender contender, ToDoubleFunction<Measured> figure) {
        double[] sorted = all(row, contender).mapToDouble(figure).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException(contender + " was not measured with " + row);
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double idleBytes(Contender contender) {
        Double bytes = idleBytes.get(contender);
        if (bytes == null) {
            throw new IllegalArgumentException("the memory of " + contender + " was not measured");
        }
        return bytes;
    }
}
