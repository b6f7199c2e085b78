package io.gangway.auth;

import io.gangway.testing.CapturedLog;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.LoggerFactory;

/** All that our classes log while it is open, down to trace: their loggers, as far as they have been made, are set so. */
final class VerboseLog implements AutoCloseable {
    private static final int TRACE = 0;

    private final Map<Object, Integer> before = new HashMap<>();
    private final Field level;
    private final CapturedLog captured;

    VerboseLog() {
        try {
            Object factory = LoggerFactory.getILoggerFactory();
            Field loggers = field(factory.getClass(), "loggerMap");
            level = field(LoggerFactory.getLogger(VerboseLog.class).getClass(), "currentLogLevel");
            for (Map.Entry<?, ?> logger : ((ConcurrentMap<?, ?>) loggers.get(factory)).entrySet()) {
                if (logger.getKey().toString().startsWith("io.gangway")) {
                    before.put(logger.getValue(), level.getInt(logger.getValue()));
                    level.setInt(logger.getValue(), TRACE);
                }
            }
        } catch (ReflectiveOperationException otherBinding) {
            throw new LinkageError("this test knows slf4j-simple", otherBinding);
        }
        captured = new CapturedLog();
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    String text() {
        return captured.text();
    }

    @Override
    public void close() {
        captured.close();
        before.forEach((logger, former) -> {
            try {
                level.setInt(logger, former);
            } catch (IllegalAccessException impossible) {
                throw new LinkageError("it was accessible before", impossible);
            }
        });
    }
}
