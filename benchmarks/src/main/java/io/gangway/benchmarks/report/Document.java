package io.gangway.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A document with an introduction and sections.
 *
 * @param introduction the paragraphs before the sections
 */
public record Document(String title, List<String> introduction, List<Section> sections) {
    public Document {
        introduction = List.copyOf(introduction);
        sections = List.copyOf(sections);
    }

    /** The document as Markdown, without charts. */
    public String markdown() {
        List<String> lines = new ArrayList<>(introduction.size());
        introduction.forEach(paragraph -> lines.addAll(List.of(paragraph, "")));
        for (Section section : sections) {
            lines.addAll(List.of("### " + section.title(), ""));
            section.table().ifPresent(table -> {
                lines.add(line(table.heads()));
                lines.add("|" + "---|".repeat(table.keys())
                        + "--:|".repeat(table.heads().size() - table.keys()));
                table.rows().forEach(row -> lines.add(line(row)));
                lines.add("");
            });
            section.notes().forEach(note -> lines.addAll(List.of(note, "")));
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** The document as one HTML file with charts; light or dark as the reader prefers, light on paper. */
    public String html() {
        StringBuilder html = new StringBuilder(64 * 1024);
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
                .append(Text.escaped(title))
                .append("</title>\n<style>\n")
                .append(Look.PAGE)
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(Text.escaped(title))
                .append("</h1>\n");
        introduction.forEach(paragraph -> paragraph(html, paragraph));
        for (Section section : sections) {
            html.append("<section>\n<h2>").append(Text.escaped(section.title())).append("</h2>\n");
            section.charts()
                    .forEach(chart ->
                            html.append("<figure>\n").append(chart.svg()).append("</figure>\n"));
            section.table().ifPresent(table -> table(html, table));
            section.notes().forEach(note -> paragraph(html, note));
            html.append("</section>\n");
        }
        return html.append("</body>\n</html>\n").toString();
    }

    private static void paragraph(StringBuilder html, String text) {
        html.append("<p>").append(Text.marked(text)).append("</p>\n");
    }

    private static void table(StringBuilder html, Table table) {
        html.append("<div class=\"table\">\n<table>\n<thead>\n");
        row(html, table, table.heads(), "th scope=\"col\"", "th");
        html.append("</thead>\n<tbody>\n");
        table.rows().forEach(row -> row(html, table, row, "td", "td"));
        html.append("</tbody>\n</table>\n</div>\n");
    }

    private static void row(StringBuilder html, Table table, List<String> cells, String open, String close) {
        html.append("<tr>");
        for (int column = 0; column < cells.size(); column++) {
            html.append('<')
                    .append(open)
                    .append(column < table.keys() ? " class=\"key\">" : ">")
                    .append(Text.marked(cells.get(column)))
                    .append("</")
                    .append(close)
                    .append('>');
        }
        html.append("</tr>\n");
    }
}
