package io.gangway.benchmarks.comparison;

import java.util.Locale;

/** Formats figures for the report; {@code -} marks a figure that this machine cannot provide. */
final class Units {
    private Units() {}

    static String micros(double micros) {
        return format(micros, micros < 100 ? "%.2f us" : "%.0f us", micros);
    }

    static String millis(double micros) {
        return format(micros, "%.2f ms", micros / 1e3);
    }

    static String kilobytes(double bytes) {
        return format(bytes, "%.1f KB", bytes / 1e3);
    }

    static String megabytes(double bytes) {
        return format(bytes, "%.0f MB", bytes / 1e6);
    }

    static String bytes(double bytes) {
        return format(bytes, bytes < 10 ? "%.1f B" : "%.0f B", bytes);
    }

    static String number(double number) {
        return format(number, "%.2f", number);
    }

    static String percent(double part) {
        return format(part, "%.0f %%", 100 * part);
    }

    static String rate(double perSecond) {
        return perSecond < 10_000
                ? format(perSecond, "%.0f/s", perSecond)
                : format(perSecond, "%.0fk/s", perSecond / 1e3);
    }

    static String ratio(double theirs, double own) {
        return format(theirs / own, "%.1f", theirs / own);
    }

    /** @param noise the share from which the figures are doubtful */
    static String others(double part, double noise) {
        return String.format(
                Locale.ROOT,
                part > noise
                        ? "**Other programs used %.0f %% of the cores' time meanwhile: measure again on a quiet "
                                + "machine.**"
                        : "Other programs used %.1f %% of the cores' time meanwhile.",
                100 * part);
    }

    private static String format(double known, String format, double value) {
        return Double.isNaN(known) ? "-" : String.format(Locale.ROOT, format, value);
    }
}
