package io.gangway.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * A chart of horizontal bars in groups, each with its figure next to it, so that nobody has to read values off the
 * axis.
 *
 * @param subtitle what the length of a bar means, and whether longer or shorter is better
 * @param series the names of a group's bars, at most three
 */
public record Chart(String title, String subtitle, List<String> series, List<Group> groups) {
    private static final int WIDTH = 760;
    private static final int LEFT = 190;
    private static final int RIGHT = 120; // space for the figure of the longest bar
    private static final int TOP = 78;
    private static final int BAR = 15;
    private static final int BAR_STEP = 18;
    private static final int GROUP_GAP = 14;
    private static final int MOST_SERIES = 3;

    /**
     * The bars of one label, in the order of the series.
     *
     * @param figures the texts next to the bars
     */
    public record Group(String label, List<Double> values, List<String> figures) {
        public Group {
            values = List.copyOf(values);
            figures = List.copyOf(figures);
        }
    }

    public Chart {
        series = List.copyOf(series);
        groups = List.copyOf(groups);
        if (series.size() > MOST_SERIES) {
            throw new IllegalArgumentException("a chart has at most " + MOST_SERIES
                    + " series, because it has that many colours, but got " + series.size());
        }
        for (Group group : groups) {
            if (group.values.size() != series.size() || group.figures.size() != series.size()) {
                throw new IllegalArgumentException(
                        "group \"" + group.label + "\" must have one value and one figure for each of " + series);
            }
        }
    }

    /** The chart as SVG, to be used alone or in HTML; light or dark as the reader prefers. */
    public String svg() {
        int groupHeight = series.size() * BAR_STEP + GROUP_GAP;
        int bottom = TOP + groups.size() * groupHeight;
        int height = bottom + 8;
        double most = groups.stream()
                .flatMap(group -> group.values.stream())
                .filter(value -> !value.isNaN())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        double scale = (WIDTH - LEFT - RIGHT) / (most > 0 ? most : 1);
        StringBuilder svg = new StringBuilder(8192);
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" width=\"")
                .append(WIDTH)
                .append("\" height=\"")
                .append(height)
                .append("\" viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(height)
                .append("\">\n<title>")
                .append(Text.escaped(title + ": " + subtitle))
                .append("</title>\n<style>\n")
                .append(Look.CHART)
                .append("</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\" rx=\"6\"/>\n");
        text(svg, 12, 26, "title", title);
        text(svg, 12, 46, "faint", subtitle);
        legend(svg);
        svg.append(line(LEFT, TOP - 4, bottom - GROUP_GAP + 4));
        int y = TOP;
        for (Group group : groups) {
            text(svg, 12, y + series.size() * BAR_STEP / 2 + 4, "", group.label);
            for (int i = 0; i < series.size(); i++) {
                double value = group.values.get(i);
                double length = Double.isNaN(value) ? 0 : Math.max(1, value * scale);
                svg.append(String.format(
                        Locale.ROOT,
                        "<rect class=\"s%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
                        i,
                        LEFT,
                        y,
                        length,
                        BAR));
                text(svg, LEFT + length + 6, y + BAR - 3, i == 0 ? "figure first" : "figure", group.figures.get(i));
                y += BAR_STEP;
            }
            y += GROUP_GAP;
        }
        return svg.append("</svg>\n").toString();
    }

    private void legend(StringBuilder svg) {
        double x = LEFT;
        for (int i = 0; i < series.size(); i++) {
            svg.append(String.format(
                    Locale.ROOT, "<rect class=\"s%d\" x=\"%.0f\" y=\"55\" width=\"12\" height=\"12\"/>\n", i, x));
            text(svg, x + 18, 66, "", series.get(i));
            x += 44 + series.get(i).length() * 7;
        }
    }

    private static String line(int x, int from, int to) {
        return String.format(
                Locale.ROOT, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", x, x, from, to);
    }

    private static void text(StringBuilder svg, double x, double y, String look, String text) {
        svg.append(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.0f\">", look, x, y))
                .append(Text.escaped(text))
                .append("</text>\n");
    }
}
