package io.gangway.spring;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What an application's configuration says of the engine; an unset property leaves the default of {@link
 * io.gangway.EngineBuilder}. Unknown names below {@code gangway} are refused, since most are misspelt.
 *
 * @param enabled Whether the application has a Socket.IO engine.
 * @param path Path that clients connect to, outside the application's context path. Default: /socket.io.
 * @param plainWebSockets Namespace that WebSockets without Socket.IO enter, by path, such as [/ws/chat]=/chat.
 * @param port The engine's own port, 0 for any free one. Unset: the port of the application's Jetty.
 * @param host Name or address that gangway.port is opened on. Default: all.
 * @param sslBundle SSL bundle with which gangway.port is served.
 * @param allowedOrigins Origins whose pages may connect, or "*" for all. Default: those of the same host.
 * @param allowCredentials Whether allowed pages may send cookies.
 * @param pingInterval How often a client is pinged. Default: 25s.
 * @param pingTimeout How long a client may take to answer a ping. Default: 20s.
 * @param connectTimeout How long a connection may be in no namespace. Default: 45s.
 * @param ackTimeout How long an answer may take, a client's or a handler's. Default: 30s.
 * @param maxPayload Largest message taken from a client. Default: 1,000,000 bytes.
 * @param handlerThreads How many threads run handlers, apart from virtual ones. Default: 64.
 * @param drain Time over which clients are disconnected when the application stops. Default: 10s, at most half of
 *     spring.lifecycle.timeout-per-shutdown-phase; 0s with server.shutdown=immediate.
 * @param observationEnabled Whether connects, events and what goes to other nodes are observed: timers and spans in the
 *     application's ObservationRegistry.
 * @param recovery Gives clients that come back what they missed, once its window is set.
 * @param limits Limits that few applications change.
 * @param http How requests are served.
 * @param redis Joins other nodes over Redis.
 */
@ConfigurationProperties(prefix = "gangway", ignoreUnknownFields = false)
record GangwayProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String path,
        @Nullable Map<String, String> plainWebSockets,
        @Nullable Integer port,
        @Nullable String host,
        @Nullable String sslBundle,
        @Nullable List<String> allowedOrigins,
        @DefaultValue("false") boolean allowCredentials,
        @Nullable Duration pingInterval,
        @Nullable Duration pingTimeout,
        @Nullable Duration connectTimeout,
        @Nullable Duration ackTimeout,
        @Nullable DataSize maxPayload,
        @Nullable Integer handlerThreads,
        @Nullable Duration drain,
        @DefaultValue("false") boolean observationEnabled,
        @DefaultValue Recovery recovery,
        @DefaultValue Limits limits,
        @DefaultValue Http http,
        @DefaultValue Redis redis) {

    /**
     * As {@link io.gangway.Recovery}.
     *
     * @param window How long the session of a client that is away is kept, from 1s to 1d. Unset: there is no recovery.
     * @param maxBytes How much memory the events that are kept may take. Default: 64MB.
     * @param maxPackets How many events are kept. Default: 100000.
     * @param maxSessions How many clients' sessions are kept at a time. Default: 50000.
     * @param skipInterceptors Whether a client that gets its session back passes without the connect interceptors.
     */
    record Recovery(
            @Nullable Duration window,
            @Nullable DataSize maxBytes,
            @Nullable Integer maxPackets,
            @Nullable Integer maxSessions,
            @DefaultValue("false") boolean skipInterceptors) {

        /** The properties that need a window, by name; null where unset. */
        Map<String, @Nullable Object> ofWindow() {
            Map<String, @Nullable Object> those = new LinkedHashMap<>();
            those.put("max-bytes", maxBytes);
            those.put("max-packets", maxPackets);
            those.put("max-sessions", maxSessions);
            those.put("skip-interceptors", skipInterceptors ? true : null);
            return those;
        }
    }

    /**
     * As {@link io.gangway.Limits}.
     *
     * @param upgradeTimeout How long a client may take to go from polling to WebSocket. Default: 10s.
     * @param nodeTimeout How long other nodes may take to answer. Default: 5s.
     * @param messageTimeout How long a client may take to send one message. Default: 60s.
     * @param attachmentsTimeout How long a client may take for announced binary attachments. Default: 30s.
     * @param maxBuffered How much may wait for one client before it must read at least slow-below. Default: 1MB, or
     *     max-payload if that is more.
     * @param maxUnsent How much may wait for one client before it is disconnected as too slow. Default: 16MB, or twice
     *     max-buffered if that is more.
     * @param outboundBudget How much may wait for all clients together. Default: a quarter of the heap.
     * @param slowAfter How long a client may read nothing, or too little, while something waits for it. Default: 10s.
     * @param slowBelow How much a client must read each second while more than max-buffered waits for it. Default: 10KB.
     * @param maxLatestKeys For how many keys of emitLatest a newer value replaces the one that waits. Default: 1024.
     * @param inboundBudget How much may be held of what all clients send, until handlers are done with it. Default: a fifth
     *     of the heap, or four times max-payload if that is more.
     * @param maxUnadmitted How much may be held for one client that is in no namespace yet. Default: 64KB.
     * @param maxLateAnswers How many events of one connection may wait for late answers before no more are read. Default:
     *     1024.
     * @param maxQueuedEvents How many events of one connection may wait for their handlers. Default: 1024.
     * @param maxNamespacesPerConnection How many namespaces one connection may be in. Default: 100.
     * @param maxDynamicNamespaces How many dynamic namespaces there may be at one time. Default: 10000.
     * @param maxAttachments How many binary attachments one event may have. Default: 10.
     * @param maxJsonDepth How deep a client's JSON may be nested. Default: 255.
     * @param maxNamespaceLength How many characters a namespace's name may have. Default: 1024.
     * @param maxEventNameLength How many characters an event's name may have. Default: 1024.
     * @param sockets What sockets may hold.
     */
    record Limits(
            @Nullable Duration upgradeTimeout,
            @Nullable Duration nodeTimeout,
            @Nullable Duration messageTimeout,
            @Nullable Duration attachmentsTimeout,
            @Nullable DataSize maxBuffered,
            @Nullable DataSize maxUnsent,
            @Nullable DataSize outboundBudget,
            @Nullable Duration slowAfter,
            @Nullable DataSize slowBelow,
            @Nullable Integer maxLatestKeys,
            @Nullable DataSize inboundBudget,
            @Nullable DataSize maxUnadmitted,
            @Nullable Integer maxLateAnswers,
            @Nullable Integer maxQueuedEvents,
            @Nullable Integer maxNamespacesPerConnection,
            @Nullable Integer maxDynamicNamespaces,
            @Nullable Integer maxAttachments,
            @Nullable Integer maxJsonDepth,
            @Nullable Integer maxNamespaceLength,
            @Nullable Integer maxEventNameLength,
            @DefaultValue Sockets sockets) {}

    /**
     * As {@link io.gangway.SocketLimits}.
     *
     * @param maxRooms How many rooms a socket may be in. Default: 10000.
     * @param maxRoomsPerNamespace How many rooms a namespace may have on one node. Default: 1000000.
     * @param maxRoomNameLength How many characters a room's name may have. Default: 1024.
     * @param maxRoomNames How many characters the names of a connection's rooms may have together. Default: 1000000.
     * @param maxAttached How many values may be attached to a socket. Default: 1024.
     */
    record Sockets(
            @Nullable Integer maxRooms,
            @Nullable Integer maxRoomsPerNamespace,
            @Nullable Integer maxRoomNameLength,
            @Nullable Integer maxRoomNames,
            @Nullable Integer maxAttached) {}

    /**
     * As {@link io.gangway.HttpOptions}.
     *
     * @param transports How clients may connect. Default: all.
     * @param subprotocols WebSocket subprotocols that the engine speaks, the preferred one first.
     * @param compression Whether long polling answers are gzipped.
     * @param idleTimeout How long a connection to gangway.port without requests is kept. Default: 75s.
     * @param headerTimeout How long a client of gangway.port may take to send a request's head. Default: 20s.
     * @param healthPath Path on gangway.port that tells a load balancer whether clients may come. Default: none.
     * @param maxHeaderSize Largest request head on gangway.port. Default: 16KB.
     * @param tlsHosts Hosts for which gangway.port answers TLS requests. Default: all, unless the bundle's certificates have
     *     different names.
     * @param responseHeaders Headers sent with every response below the path.
     * @param sessionCookie Name of a cookie with the session's id, for load balancers. Default: none.
     * @param trustedProxies Addresses or ranges of the proxies whose X-Forwarded headers are believed.
     * @param clientBundle Directory or class path folder with the JavaScript client to serve to pages.
     */
    record Http(
            @Nullable Transports transports,
            @Nullable List<String> subprotocols,
            @DefaultValue("true") boolean compression,
            @Nullable Duration idleTimeout,
            @Nullable Duration headerTimeout,
            @Nullable String healthPath,
            @Nullable DataSize maxHeaderSize,
            @Nullable TlsHosts tlsHosts,
            @Nullable Map<String, String> responseHeaders,
            @Nullable String sessionCookie,
            @Nullable List<String> trustedProxies,
            @Nullable String clientBundle) {}

    /** How clients may connect. */
    enum Transports {
        /** By polling and by WebSocket, and from one to the other. */
        ALL,
        WEBSOCKET,
        POLLING,
        /** By polling and by WebSocket, but not from one to the other. */
        WITHOUT_UPGRADES
    }

    /** For which hosts TLS requests are answered. */
    enum TlsHosts {
        ANY,
        /** Those that the certificate names. */
        STRICT
    }

    /**
     * Other nodes, over Redis.
     *
     * @param url Redis that this engine and other nodes share, such as redis://user:password@localhost:6379. Needs
     *     gangway-engine-redis.
     * @param mode What of Redis the nodes use, the same on all of them: classic, sharded or streams. Default: classic.
     * @param key Prefix of all channel names, the same on all nodes. Default: socket.io.
     */
    record Redis(
            @Nullable String url,
            @Nullable String mode,
            @Nullable String key) {}

    /** The properties that need {@code gangway.port}, by name; null where unset. */
    Map<String, @Nullable Object> ofOwnPort() {
        Map<String, @Nullable Object> those = new LinkedHashMap<>();
        those.put("host", host);
        those.put("ssl-bundle", sslBundle);
        those.put("http.idle-timeout", http.idleTimeout());
        those.put("http.header-timeout", http.headerTimeout());
        those.put("http.health-path", http.healthPath());
        those.put("http.max-header-size", http.maxHeaderSize());
        those.put("http.tls-hosts", http.tlsHosts());
        return those;
    }
}
