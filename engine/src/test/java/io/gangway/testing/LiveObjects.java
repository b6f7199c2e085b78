package io.gangway.testing;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** What the collector leaves, as a heap histogram has it: the instances of our classes, and the bytes of byte arrays. */
public final class LiveObjects {
    private static final Pattern LINE =
            Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(io\\.gangway\\.\\S+|\\[B).*");

    private LiveObjects() {}

    /** Live instances by class name, after a full collection. */
    public static Map<String, Long> count() {
        Map<String, Long> counts = new TreeMap<>(read(1));
        counts.remove(byte[].class.getName());
        return counts;
    }

    /** The bytes of all live byte arrays, and so of texts too. */
    public static long bytesOfArrays() {
        return read(2).getOrDefault(byte[].class.getName(), 0L);
    }

    private static Map<String, Long> read(int column) {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {null},
                            new String[] {String[].class.getName()});
            Map<String, Long> numbers = new TreeMap<>();
            histogram.lines().forEach(line -> {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    numbers.put(matcher.group(3), Long.valueOf(matcher.group(column)));
                }
            });
            return numbers;
        } catch (JMException failure) {
            throw new AssertionError(failure);
        }
    }

    public static long count(Class<?> type) {
        return count().getOrDefault(type.getName(), 0L);
    }
}
