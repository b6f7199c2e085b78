package io.gangway;

import io.gangway.protocol.ParserLimits;
import java.time.Duration;
import java.util.Objects;

/**
 * An engine's timeouts and size limits. Set with {@link EngineBuilder#limits}, read with {@link Engine#limits}.
 * Immutable.
 *
 * <pre>
 *   Engine.builder()
 *           .maxPayload(100_000)
 *           .limits(limits -> limits.maxAttachments(20).maxQueuedEvents(256))
 * </pre>
 *
 * <p>The five most common limits are set on the engine's builder itself: {@code pingInterval}, {@code pingTimeout},
 * {@code connectTimeout}, {@code ackTimeout} and {@code maxPayload}.
 */
public final class Limits {
    private static final long LEAST_BUFFERED = 1 << 20;
    private static final long LEAST_QUEUED_BYTES = 64 * 1024;

    private final Duration pingInterval;
    private final Duration pingTimeout;
    private final Duration upgradeTimeout;
    private final Duration connectTimeout;
    private final Duration ackTimeout;
    private final Duration nodeTimeout;
    private final Duration attachmentsTimeout;
    private final int maxPayload;
    private final long maxBuffered;
    private final int maxQueuedEvents;
    private final int maxNamespacesPerConnection;
    private final int maxDynamicNamespaces;
    private final int maxAttachments;
    private final int maxJsonDepth;
    private final int maxNamespaceLength;
    private final int maxEventNameLength;

    private Limits(Builder chosen) {
        this.pingInterval = chosen.pingInterval;
        this.pingTimeout = chosen.pingTimeout;
        this.upgradeTimeout = chosen.upgradeTimeout;
        this.connectTimeout = chosen.connectTimeout;
        this.ackTimeout = chosen.ackTimeout;
        this.nodeTimeout = chosen.nodeTimeout;
        this.attachmentsTimeout = chosen.attachmentsTimeout;
        this.maxPayload = chosen.maxPayload;
        this.maxBuffered = chosen.maxBuffered > 0 ? chosen.maxBuffered : Math.max(LEAST_BUFFERED, chosen.maxPayload);
        this.maxQueuedEvents = chosen.maxQueuedEvents;
        this.maxNamespacesPerConnection = chosen.maxNamespacesPerConnection;
        this.maxDynamicNamespaces = chosen.maxDynamicNamespaces;
        this.maxAttachments = chosen.maxAttachments;
        this.maxJsonDepth = chosen.maxJsonDepth;
        this.maxNamespaceLength = chosen.maxNamespaceLength;
        this.maxEventNameLength = chosen.maxEventNameLength;
    }

    /** @throws IllegalArgumentException if the number is not positive */
    static long positive(String name, long number) {
        if (number <= 0) {
            throw new IllegalArgumentException(name + " must be positive, but is " + number);
        }
        return number;
    }

    /** See {@link EngineBuilder#pingInterval}. */
    public Duration pingInterval() {
        return pingInterval;
    }

    /** See {@link EngineBuilder#pingTimeout}. */
    public Duration pingTimeout() {
        return pingTimeout;
    }

    /** See {@link Builder#upgradeTimeout}. */
    public Duration upgradeTimeout() {
        return upgradeTimeout;
    }

    /** See {@link EngineBuilder#connectTimeout}. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** See {@link EngineBuilder#ackTimeout}. */
    public Duration ackTimeout() {
        return ackTimeout;
    }

    /** See {@link Builder#nodeTimeout}. */
    public Duration nodeTimeout() {
        return nodeTimeout;
    }

    /** See {@link Builder#attachmentsTimeout}. */
    public Duration attachmentsTimeout() {
        return attachmentsTimeout;
    }

    /** See {@link EngineBuilder#maxPayload}. */
    public int maxPayload() {
        return maxPayload;
    }

    /** See {@link Builder#maxBuffered}; the default is computed. */
    public long maxBuffered() {
        return maxBuffered;
    }

    /** See {@link Builder#maxQueuedEvents}. */
    public int maxQueuedEvents() {
        return maxQueuedEvents;
    }

    /** How many bytes of one connection's events may wait for their handlers: space for two of the largest messages. */
    long maxQueuedBytes() {
        return Math.max(2L * maxPayload, LEAST_QUEUED_BYTES);
    }

    /** See {@link Builder#maxNamespacesPerConnection}. */
    public int maxNamespacesPerConnection() {
        return maxNamespacesPerConnection;
    }

    /** See {@link Builder#maxDynamicNamespaces}. */
    public int maxDynamicNamespaces() {
        return maxDynamicNamespaces;
    }

    /** See {@link Builder#maxAttachments}. */
    public int maxAttachments() {
        return maxAttachments;
    }

    /** See {@link Builder#maxJsonDepth}. */
    public int maxJsonDepth() {
        return maxJsonDepth;
    }

    /** See {@link Builder#maxNamespaceLength}. */
    public int maxNamespaceLength() {
        return maxNamespaceLength;
    }

    /** See {@link Builder#maxEventNameLength}. */
    public int maxEventNameLength() {
        return maxEventNameLength;
    }

    /** The limits of a packet. */
    ParserLimits ofPackets() {
        return new ParserLimits(maxAttachments, maxJsonDepth, maxNamespaceLength, maxEventNameLength);
    }

    /**
     * Sets limits; the others keep their defaults. Refuses an invalid value at once. Times must be 1 to 2,147,483,647
     * ms (24 days). Not thread-safe.
     */
    public static final class Builder {
        private Duration pingInterval = Duration.ofSeconds(25);
        private Duration pingTimeout = Duration.ofSeconds(20);
        private Duration upgradeTimeout = Duration.ofSeconds(10);
        private Duration connectTimeout = Duration.ofSeconds(45);
        private Duration ackTimeout = Duration.ofSeconds(30);
        private Duration nodeTimeout = Duration.ofSeconds(5);
        private Duration attachmentsTimeout = Duration.ofSeconds(30);
        private int maxPayload = 1_000_000;
        private long maxBuffered; // 0 until it is set
        private int maxQueuedEvents = 1024;
        private int maxNamespacesPerConnection = 100;
        private int maxDynamicNamespaces = 10_000;
        private int maxAttachments = ParserLimits.DEFAULT.attachments();
        private int maxJsonDepth = ParserLimits.DEFAULT.depth();
        private int maxNamespaceLength = ParserLimits.DEFAULT.namespaceLength();
        private int maxEventNameLength = ParserLimits.DEFAULT.eventNameLength();

        Builder() {}

        // ---- limits of EngineBuilder, documented there

        void pingInterval(Duration time) {
            this.pingInterval = wait("pingInterval", time);
        }

        void pingTimeout(Duration time) {
            this.pingTimeout = wait("pingTimeout", time);
        }

        void connectTimeout(Duration time) {
            this.connectTimeout = wait("connectTimeout", time);
        }

        void ackTimeout(Duration time) {
            this.ackTimeout = wait("ackTimeout", time);
        }

        void maxPayload(int bytes) {
            this.maxPayload = (int) positive("maxPayload", bytes);
        }

        // ---- times

        /**
         * How long a client may take to upgrade from polling to WebSocket; after that it stays on polling. Default 10
         * s.
         */
        public Builder upgradeTimeout(Duration time) {
            this.upgradeTimeout = wait("upgradeTimeout", time);
            return this;
        }

        /**
         * How long other nodes may take to answer {@code fetchSockets} and similar requests. Default 5 s, as in
         * Node.js.
         */
        public Builder nodeTimeout(Duration time) {
            this.nodeTimeout = wait("nodeTimeout", time);
            return this;
        }

        /** How long a client may take to send the binary attachments it announced. Default 30 s. */
        public Builder attachmentsTimeout(Duration time) {
            this.attachmentsTimeout = wait("attachmentsTimeout", time);
            return this;
        }

        // ---- sizes

        /**
         * How many bytes may be queued for one client before it is disconnected as too slow; twice as many while an
         * engine thread is about to write them. Default: 1 MiB, or {@code maxPayload} if that is more.
         */
        public Builder maxBuffered(long bytes) {
            this.maxBuffered = positive("maxBuffered", bytes);
            return this;
        }

        /**
         * How many events of one connection may wait for their handlers before the engine stops reading from it.
         * Default 1024.
         */
        public Builder maxQueuedEvents(int events) {
            this.maxQueuedEvents = (int) positive("maxQueuedEvents", events);
            return this;
        }

        /** How many namespaces one connection may be in. Default 100. */
        public Builder maxNamespacesPerConnection(int namespaces) {
            this.maxNamespacesPerConnection = (int) positive("maxNamespacesPerConnection", namespaces);
            return this;
        }

        /** How many dynamic namespaces may exist at a time, for all patterns and rules together. Default 10,000. */
        public Builder maxDynamicNamespaces(int namespaces) {
            this.maxDynamicNamespaces = (int) positive("maxDynamicNamespaces", namespaces);
            return this;
        }

        // ---- packets

        /** How many binary attachments one event may have. Default 10, as in Node.js. */
        public Builder maxAttachments(int attachments) {
            this.maxAttachments = (int) positive("maxAttachments", attachments);
            return this;
        }

        /** How deep a client's JSON may nest. Default 255. */
        public Builder maxJsonDepth(int depth) {
            this.maxJsonDepth = (int) positive("maxJsonDepth", depth);
            return this;
        }

        /** How many characters a namespace's name may have. Default 1024. */
        public Builder maxNamespaceLength(int characters) {
            this.maxNamespaceLength = (int) positive("maxNamespaceLength", characters);
            return this;
        }

        /** How many characters an event's name may have. Default 1024. */
        public Builder maxEventNameLength(int characters) {
            this.maxEventNameLength = (int) positive("maxEventNameLength", characters);
            return this;
        }

        /** @throws IllegalArgumentException if two limits contradict each other */
        Limits build() {
            Duration heartbeat = pingInterval.plus(pingTimeout);
            if (heartbeat.compareTo(Waits.LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "pingInterval plus pingTimeout must be at most 2147483647 ms (24 days), the longest"
                                + " that clients can wait for a ping, but is " + heartbeat);
            }
            return new Limits(this);
        }

        private static Duration wait(String name, Duration time) {
            return Waits.checked(name, Objects.requireNonNull(time, name));
        }
    }
}
