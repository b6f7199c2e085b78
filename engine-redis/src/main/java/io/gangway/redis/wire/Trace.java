package io.gangway.redis.wire;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The trace to which an event belongs, a map of strings: in {@code opts} of a broadcast, and beside the event in one between
 * servers. Node.js servers of all adapters read known fields of both only, and pass none on to clients.
 */
final class Trace {
    private static final String FIELD = "trace";

    /** The number of characters that a trace may have; that of OpenTelemetry's baggage may have 8,192 bytes. */
    private static final int LONGEST = 16 * 1024;

    private Trace() {}

    static void write(Map<String, String> trace, Map<String, Object> fields) {
        if (!trace.isEmpty()) {
            fields.put(FIELD, trace);
        }
    }

    /** As the last of several fields; {@code ""} if it is empty. */
    static String json(Map<String, String> trace) {
        return trace.isEmpty() ? "" : ",\"" + FIELD + "\":" + PlainJson.write(trace);
    }

    /** The trace; empty if there is none, or something else has this name. */
    static Map<String, String> read(Fields fields) throws MalformedMessageException {
        if (!fields.has(FIELD) || !(fields.value(FIELD) instanceof Map<?, ?> entries)) {
            return Map.of();
        }
        Map<String, String> trace = new LinkedHashMap<>();
        int length = 0;
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof String value)) {
                return Map.of();
            }
            length += name.length() + value.length();
            trace.put(name, value);
        }
        return length > LONGEST ? Map.of() : trace;
    }
}
