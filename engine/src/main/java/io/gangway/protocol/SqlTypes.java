package io.gangway.protocol;

import com.google.gson.TypeAdapter;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** What JDBC has as dates and times. The only class that touches the module java.sql: a runtime may be without it. */
final class SqlTypes {
    private SqlTypes() {}

    /** Whether the type is one of java.sql's; asked by name, so that it need not be there. */
    static boolean owns(Class<?> type) {
        return type.getName().startsWith("java.sql.");
    }

    /** The adapter of one of java.sql's types; null for those that are no times. */
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
