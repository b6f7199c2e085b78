package io.gangway.benchmarks.report;

import java.util.List;
import java.util.Optional;

/**
 * A part of a {@link Document}.
 *
 * @param charts shown with the table in HTML; Markdown omits them
 * @param notes the paragraphs below the table
 */
public record Section(String title, List<Chart> charts, Optional<Table> table, List<String> notes) {
    public Section {
        charts = List.copyOf(charts);
        notes = List.copyOf(notes);
    }

    public static Section of(String title, Table table) {
        return new Section(title, List.of(), Optional.of(table), List.of());
    }

    /** The same section with these charts. */
    public Section with(Chart... more) {
        return new Section(title, List.of(more), table, notes);
    }

    /** The same section with these notes. */
    public Section noting(List<String> more) {
        return new Section(title, charts, table, more);
    }
}
