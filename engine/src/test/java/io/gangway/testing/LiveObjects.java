package io.gangway.testing;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** Counts what the collector leaves: the live instances of our classes, as a heap histogram has them. */
public final class LiveObjects {
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(io\\.gangway\\.\\S+).*");

    private LiveObjects() {}

    /** Live instances by class name, after a full collection. */
    public static Map<String, Long> count() {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {null},
                            new String[] {String[].class.getName()});
            Map<String, Long> counts = new TreeMap<>();
            histogram.lines().forEach(line -> {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    counts.put(matcher.group(2), Long.valueOf(matcher.group(1)));
                }
            });
            return counts;
        } catch (JMException failure) {
            throw new AssertionError(failure);
        }
    }

    public static long count(Class<?> type) {
        return count().getOrDefault(type.getName(), 0L);
    }
}
