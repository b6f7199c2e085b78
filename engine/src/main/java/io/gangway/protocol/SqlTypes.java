package io.gangway.protocol;

import com.google.gson.TypeAdapter;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Binds JDBC's dates and times. The only class that uses the module java.sql, which a runtime may lack. */
final class SqlTypes {
    private SqlTypes() {}

    /** Whether the type belongs to java.sql; checked by name, so that the module may be absent. */
    static boolean owns(Class<?> type) {
        return type.getName().startsWith("java.sql.");
    }

    /** The adapter for one of java.sql's types; null for types other than dates and times. */
    static @Nullable TypeAdapter<?> adapter(Class<?> type) {
        if (type == Timestamp.class) {
            return new TextAdapter<Timestamp>(
                    Times.MOMENT,
                    timestamp -> Times.written(timestamp.toInstant()),
                    text -> Timestamp.from(Times.instant(text)));
        } else if (type == Date.class) {
            return new TextAdapter<Date>(
                    Times.DATE,
                    date -> Times.inJavaScript(DateTimeFormatter.ISO_LOCAL_DATE.format(date.toLocalDate())),
                    text -> Date.valueOf(LocalDate.parse(text)));
        } else if (type == Time.class) {
            return new TextAdapter<Time>(
                    Times.TIME_OF_DAY,
                    time -> DateTimeFormatter.ISO_LOCAL_TIME.format(time.toLocalTime()),
                    text -> Time.valueOf(LocalTime.parse(text)));
        }
        return null;
    }
}
