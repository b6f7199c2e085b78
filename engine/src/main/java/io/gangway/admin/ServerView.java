package io.gangway.admin;

import io.gangway.Engine;
import io.gangway.EngineStats;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This server as the page shows it. Immutable. */
final class ServerView {
    /** The namespaces shown, those with the most sockets. */
    private static final int MOST_NAMESPACES = 1000;

    private final Engine engine;
    private final String serverId;
    private final String hostname;
    private final long pid = ProcessHandle.current().pid();
    private final Instant started =
            ProcessHandle.current().info().startInstant().orElseGet(Instant::now);

    /** Asks the resolver for the host's name, which may block. */
    ServerView(Engine engine, Optional<String> serverId) {
        this.engine = engine;
        this.hostname = hostname();
        this.serverId = serverId.orElse(hostname + "#" + pid);
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unknown) {
            return "localhost";
        }
    }

    /** @param events what has happened since the last time */
    Map<String, Object> with(EngineStats stats, List<Map<String, Object>> events) {
        Map<String, Object> server = new LinkedHashMap<>();
        server.put("serverId", serverId);
        server.put("hostname", hostname);
        server.put("pid", pid);
        server.put("uptime", Duration.between(started, Instant.now()).toMillis() / 1000.0);
        server.put(
                "clientsCount",
                stats.connections().values().stream().mapToLong(count -> count).sum());
        server.put("pollingClientsCount", stats.connections().getOrDefault("polling", 0L));
        server.put("aggregatedEvents", events);
        server.put("namespaces", namespaces());
        return server;
    }

    private List<Map<String, Object>> namespaces() {
        return NamespaceSize.largest(engine, MOST_NAMESPACES).stream()
                .map(each -> Map.<String, Object>of("name", each.namespace().name(), "socketsCount", each.sockets()))
                .toList();
    }
}
