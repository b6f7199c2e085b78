package io.gangway.redis.wire;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A time, in the two notations of JavaScript. */
final class JavaScriptDate {
    /** The most milliseconds before or after 1970 that a JavaScript Date can hold. */
    private static final long FURTHEST_MILLIS = 8_640_000_000_000_000L;

    private static final DateTimeFormatter JSON =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);
    private static final DateTimeFormatter JSON_OF_A_FAR_YEAR = new DateTimeFormatterBuilder()
            .appendValue(ChronoField.YEAR, 6, 6, SignStyle.ALWAYS)
            .appendPattern("-MM-dd'T'HH:mm:ss.SSS'Z'")
            .toFormatter(Locale.ROOT);
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern(
            "EEE MMM dd uuuu HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'", Locale.ENGLISH);

    private JavaScriptDate() {}

    /** What Date.toJSON returns; null if the time is beyond what a Date can hold. */
    static @Nullable String json(long epochSecond, int nanos) {
        long furthest = FURTHEST_MILLIS / 1000;
        if (epochSecond < -furthest || epochSecond > furthest || (epochSecond == furthest && nanos >= 1_000_000)) {
            return null;
        }
        OffsetDateTime time = OffsetDateTime.ofInstant(Instant.ofEpochSecond(epochSecond, nanos), ZoneOffset.UTC);
        return (time.getYear() >= 0 && time.getYear() <= 9999 ? JSON : JSON_OF_A_FAR_YEAR).format(time);
    }

    /** What Date.toString returns in the time zone UTC. */
    static String text(Instant time) {
        return TEXT.format(time.atOffset(ZoneOffset.UTC));
    }
}
