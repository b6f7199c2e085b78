package io.gangway.benchmarks.report;

import java.util.List;

/** Heads and rows of the same length; the first {@code keys} columns say what a row is of. */
public record Table(int keys, List<String> heads, List<List<String>> rows) {
    public Table {
        heads = List.copyOf(heads);
        rows = List.copyOf(rows);
        for (List<String> row : rows) {
            if (row.size() != heads.size()) {
                throw new IllegalArgumentException(
                        "a row of " + row.size() + " cells under " + heads.size() + " heads");
            }
        }
    }
}
