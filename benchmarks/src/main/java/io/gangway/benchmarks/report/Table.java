package io.gangway.benchmarks.report;

import java.util.List;

/** A table whose heads and rows have the same length; the first {@code keys} columns identify a row. */
public record Table(int keys, List<String> heads, List<List<String>> rows) {
    public Table {
        heads = List.copyOf(heads);
        rows = List.copyOf(rows);
        for (List<String> row : rows) {
            if (row.size() != heads.size()) {
                throw new IllegalArgumentException(
                        "a row has " + row.size() + " cells, but the table has " + heads.size() + " heads");
            }
        }
    }
}
