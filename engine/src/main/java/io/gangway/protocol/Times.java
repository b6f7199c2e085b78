package io.gangway.protocol;

import com.google.gson.GsonBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.TimeZone;
import java.util.function.Function;

/**
 * Binds times for the standard Gson as ISO-8601 text; JavaScript's {@code new Date(..)} can read all moments and dates.
 *
 * <p>{@code toString()} does not suffice: JavaScript requires no zone names, offsets in whole minutes, seconds in every
 * time, and six digits for years beyond 9999 and before 0 (ECMA-262, "Date Time String Format").
 */
final class Times {
    static final String MOMENT = "a time such as \"2026-01-02T03:04:05Z\"";
    static final String DATE = "a date such as \"2026-01-02\"";
    static final String TIME_OF_DAY = "a time of day such as \"03:04:05\"";

    /** Like JavaScript's own {@code toISOString()}: always three digits. */
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private static final DateTimeFormatter MILLIS_WITH_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendPattern("'T'HH:mm:ss.SSSXXX")
            .toFormatter();

    private static final DateTimeFormatter YEAR = DateTimeFormatter.ofPattern("uuuu");
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("uuuu-MM");

    private Times() {}

    static void register(GsonBuilder builder) {
        text(builder, Instant.class, MOMENT, Times::written, Times::instant);
        text(builder, OffsetDateTime.class, MOMENT, Times::written, OffsetDateTime::parse);
        text(builder, ZonedDateTime.class, MOMENT, time -> written(time.toOffsetDateTime()), ZonedDateTime::parse);
        text(builder, Date.class, MOMENT, Times::written, Times::date);
        text(builder, Calendar.class, MOMENT, Times::written, Times::calendar);
        text(builder, GregorianCalendar.class, MOMENT, Times::written, Times::calendar);
        text(
                builder,
                LocalDateTime.class,
                "a time without an offset such as \"2026-01-02T03:04:05\"",
                DateTimeFormatter.ISO_LOCAL_DATE_TIME,
                LocalDateTime::parse);
        text(builder, LocalDate.class, DATE, DateTimeFormatter.ISO_LOCAL_DATE, LocalDate::parse);
        text(builder, LocalTime.class, TIME_OF_DAY, DateTimeFormatter.ISO_LOCAL_TIME, LocalTime::parse);
        text(
                builder,
                OffsetTime.class,
                "a time of day such as \"03:04:05+01:00\"",
                DateTimeFormatter.ISO_OFFSET_TIME,
                OffsetTime::parse);
        text(builder, Year.class, "a year such as \"2026\"", YEAR, Year::parse);
        text(builder, YearMonth.class, "a month such as \"2026-01\"", MONTH, YearMonth::parse);
        plain(builder, MonthDay.class, "a day of the year such as \"--01-02\"", MonthDay::parse);
        plain(builder, Duration.class, "a duration such as \"PT1M30S\"", Duration::parse);
        plain(builder, Period.class, "a period such as \"P1M15D\"", Period::parse);
        plain(builder, ZoneOffset.class, "an offset such as \"+01:00\"", ZoneOffset::of);
        builder.registerTypeHierarchyAdapter(
                ZoneId.class,
                new TextAdapter<ZoneId>("a time zone such as \"Europe/Vienna\"", ZoneId::toString, ZoneId::of));
        builder.registerTypeHierarchyAdapter(
                TimeZone.class,
                new TextAdapter<TimeZone>(
                        "a time zone such as \"Europe/Vienna\"",
                        TimeZone::getID,
                        text -> TimeZone.getTimeZone(ZoneId.of(text)))); // getTimeZone(String) would return GMT for any
    }

    private static <T> void text(
            GsonBuilder builder, Class<T> type, String expected, Function<T, String> write, Function<String, T> read) {
        builder.registerTypeAdapter(type, new TextAdapter<>(expected, time -> inJavaScript(write.apply(time)), read));
    }

    private static <T extends TemporalAccessor> void text(
            GsonBuilder builder, Class<T> type, String expected, DateTimeFormatter format, Function<String, T> read) {
        text(builder, type, expected, format::format, read);
    }

    private static <T> void plain(GsonBuilder builder, Class<T> type, String expected, Function<String, T> read) {
        builder.registerTypeAdapter(type, new TextAdapter<>(expected, String::valueOf, read));
    }

    /** A moment with all its digits. */
    static String written(Instant moment) {
        return inJavaScript(moment.toString());
    }

    /** A JavaScript Date, as JSON.stringify writes it. */
    static String written(long epochMillis) {
        return inJavaScript(MILLIS.format(Instant.ofEpochMilli(epochMillis)));
    }

    @SuppressWarnings("JavaUtilDate") // toInstant() is not called on java.sql's types
    private static String written(Date date) {
        return MILLIS.format(Instant.ofEpochMilli(date.getTime()));
    }

    private static String written(Calendar calendar) {
        ZonedDateTime time = calendar.toInstant().atZone(calendar.getTimeZone().toZoneId());
        return MILLIS_WITH_OFFSET.format(inWholeMinutes(time.toOffsetDateTime()));
    }

    private static String written(OffsetDateTime time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(inWholeMinutes(time));
    }

    /**
     * Historic offsets have seconds, which JavaScript cannot read: writes the same moment at an offset in whole
     * minutes.
     */
    private static OffsetDateTime inWholeMinutes(OffsetDateTime time) {
        return time.getOffset().getTotalSeconds() % 60 == 0 ? time : time.withOffsetSameInstant(ZoneOffset.UTC);
    }

    /** Reads a moment, with any offset or zone. */
    static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException withoutSecondsOrWithAZone) {
            return ZonedDateTime.parse(text).toInstant();
        }
    }

    /** A date without a time is midnight in UTC, as in JavaScript. */
    private static Date date(String text) {
        return Date.from(
                text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC) : instant(text));
    }

    private static GregorianCalendar calendar(String text) {
        return GregorianCalendar.from(ZonedDateTime.parse(text));
    }

    /** Rewrites years with more than four digits or a sign to JavaScript's six digits. */
    static String inJavaScript(String time) {
        char sign = time.charAt(0);
        if (sign != '+' && sign != '-') {
            return time;
        }
        int dash = time.indexOf('-', 1);
        int digits = (dash < 0 ? time.length() : dash) - 1;
        return digits < 6 ? sign + "0".repeat(6 - digits) + time.substring(1) : time;
    }
}
