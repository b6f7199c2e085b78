package io.gangway.redis.wire;

import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The field {@code opts} of a message: for which sockets it is, and how it is delivered. */
final class Opts {
    /** How long clients may take to ack a broadcast that names no timeout; the adapters' own default. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    private Opts() {}

    /** Without flags, as in requests of the classic adapter. */
    static Map<String, Object> of(Target target) {
        Map<String, Object> opts = new LinkedHashMap<>();
        opts.put("rooms", target.rooms());
        opts.put("except", target.except());
        return opts;
    }

    static Map<String, Object> withFlags(Target target) {
        Map<String, Object> opts = of(target);
        opts.put("flags", Map.of());
        return opts;
    }

    static Map<String, Object> of(Broadcast broadcast) {
        Map<String, Object> flags = new LinkedHashMap<>();
        if (broadcast.lossy()) {
            flags.put("volatile", true);
        }
        if (broadcast.wantsAcks()) {
            flags.put("timeout", broadcast.timeout().toMillis());
        }
        Map<String, Object> opts = of(broadcast.target());
        opts.put("flags", flags);
        Trace.write(broadcast.trace(), opts);
        return opts;
    }

    /** The same as JSON, for a broadcast without acks. */
    static String json(Broadcast broadcast) {
        return "{\"rooms\":" + json(broadcast.target().rooms()) + ",\"except\":"
                + json(broadcast.target().except()) + ",\"flags\":"
                + (broadcast.lossy() ? "{\"volatile\":true}" : "{}")
                + Trace.json(broadcast.trace()) + "}";
    }

    private static String json(Set<String> rooms) {
        return rooms.isEmpty() ? "[]" : PlainJson.write(rooms);
    }

    static Target target(Fields opts) throws MalformedMessageException {
        return new Target(opts.rooms("rooms"), opts.rooms("except"));
    }

    static boolean lossy(Fields opts) throws MalformedMessageException {
        return opts.has("flags") && opts.fields("flags").isSet("volatile");
    }

    static Duration timeout(Fields opts) throws MalformedMessageException {
        Object millis = opts.has("flags") ? opts.fields("flags").value("timeout") : null;
        if (millis instanceof Long whole && whole > 0) {
            return Duration.ofMillis(whole);
        }
        if (millis instanceof Double fraction && fraction > 0 && fraction < Integer.MAX_VALUE) {
            return Duration.ofMillis((long) Math.ceil(fraction));
        }
        return DEFAULT_TIMEOUT;
    }
}
