package io.gangway.admin;

import io.gangway.DisconnectReason;
import io.gangway.EngineStats;
import io.gangway.HandshakeOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has happened in each second since the last report. Not thread-safe. */
final class Traffic {
    private @Nullable EngineStats before;
    private List<Map<String, Object>> events = new ArrayList<>();

    /** Nobody watches: what happens now is never told. */
    void forget() {
        before = null;
        events = new ArrayList<>();
    }

    /** @param second the time at the end of the second, in milliseconds since 1970 */
    void sample(EngineStats now, long second) {
        EngineStats last = before;
        before = now;
        if (last == null) {
            return;
        }
        add(second, "rawConnection", null, accepted(now) - accepted(last));
        for (DisconnectReason reason : DisconnectReason.values()) {
            add(second, "rawDisconnection", reason.toString(), closed(now, reason) - closed(last, reason));
        }
        add(second, "packetsIn", null, now.inbound().messages() - last.inbound().messages());
        add(
                second,
                "packetsOut",
                null,
                now.outbound().messages() - last.outbound().messages());
        add(second, "bytesIn", null, now.inbound().bytes() - last.inbound().bytes());
        add(second, "bytesOut", null, now.outbound().bytes() - last.outbound().bytes());
    }

    private static long accepted(EngineStats stats) {
        return stats.handshakes().getOrDefault(HandshakeOutcome.ACCEPTED, 0L);
    }

    private static long closed(EngineStats stats, DisconnectReason reason) {
        return stats.closes().getOrDefault(reason, 0L);
    }

    private void add(long second, String type, @Nullable String subType, long count) {
        if (count <= 0) {
            return;
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("timestamp", second);
        event.put("type", type);
        if (subType != null) {
            event.put("subType", subType);
        }
        event.put("count", count);
        events.add(event);
    }

    /** What has not been reported yet. */
    List<Map<String, Object>> take() {
        List<Map<String, Object>> taken = events;
        events = new ArrayList<>();
        return taken;
    }
}
