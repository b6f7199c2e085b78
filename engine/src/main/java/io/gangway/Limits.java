package io.gangway;

import io.gangway.connection.OutboundLimits;
import io.gangway.protocol.ParserLimits;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

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
    private final Duration pingInterval;
    private final Duration pingTimeout;
    private final Duration upgradeTimeout;
    private final Duration connectTimeout;
    private final Duration ackTimeout;
    private final Duration nodeTimeout;
    private final Duration messageTimeout;
    private final Duration attachmentsTimeout;
    private final int maxPayload;
    private final OutboundLimits ofQueues;
    private final int maxQueuedEvents;
    private final InboundLimits inbound;
    private final int maxNamespacesPerConnection;
    private final int maxDynamicNamespaces;
    private final ParserLimits ofPackets;
    private final SocketLimits sockets;

    private Limits(Builder chosen) {
        this.pingInterval = chosen.pingInterval;
        this.pingTimeout = chosen.pingTimeout;
        this.upgradeTimeout = chosen.upgradeTimeout;
        this.connectTimeout = chosen.connectTimeout;
        this.ackTimeout = chosen.ackTimeout;
        this.nodeTimeout = chosen.nodeTimeout;
        this.messageTimeout = chosen.messageTimeout;
        this.attachmentsTimeout = chosen.attachmentsTimeout;
        this.maxPayload = chosen.maxPayload;
        this.ofQueues = chosen.queues.build(chosen.maxPayload);
        this.maxQueuedEvents = chosen.maxQueuedEvents;
        this.inbound =
                InboundLimits.of(chosen.inboundBudget, chosen.maxPayload, chosen.maxUnadmitted, chosen.maxLateAnswers);
        this.sockets = chosen.sockets.build();
        this.maxNamespacesPerConnection = chosen.maxNamespacesPerConnection;
        this.maxDynamicNamespaces = chosen.maxDynamicNamespaces;
        this.ofPackets = new ParserLimits(
                chosen.maxAttachments, chosen.maxJsonDepth, chosen.maxNamespaceLength, chosen.maxEventNameLength);
    }

    /** @throws IllegalArgumentException if the number is not positive */
    static long positive(String name, long number) {
        if (number <= 0) {
            throw new IllegalArgumentException(name + " must be positive, but is " + number);
        }
        return number;
    }

    /** {@return the value set by {@link EngineBuilder#pingInterval}, or its default} */
    public Duration pingInterval() {
        return pingInterval;
    }

    /** {@return the value set by {@link EngineBuilder#pingTimeout}, or its default} */
    public Duration pingTimeout() {
        return pingTimeout;
    }

    /** {@return the value set by {@link Builder#upgradeTimeout}, or its default} */
    public Duration upgradeTimeout() {
        return upgradeTimeout;
    }

    /** {@return the value set by {@link EngineBuilder#connectTimeout}, or its default} */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** {@return the value set by {@link EngineBuilder#ackTimeout}, or its default} */
    public Duration ackTimeout() {
        return ackTimeout;
    }

    /** {@return the value set by {@link Builder#nodeTimeout}, or its default} */
    public Duration nodeTimeout() {
        return nodeTimeout;
    }

    /** {@return the value set by {@link Builder#messageTimeout}, or its default} */
    public Duration messageTimeout() {
        return messageTimeout;
    }

    /** {@return the value set by {@link Builder#attachmentsTimeout}, or its default} */
    public Duration attachmentsTimeout() {
        return attachmentsTimeout;
    }

    /** {@return the value set by {@link EngineBuilder#maxPayload}, or its default} */
    public int maxPayload() {
        return maxPayload;
    }

    /**
     * {@return the value set by {@link Builder#maxBuffered}; by default 1 MiB, or {@code maxPayload} if that is more}
     */
    public long maxBuffered() {
        return ofQueues.maxBuffered();
    }

    /**
     * {@return the value set by {@link Builder#maxUnsent}; by default 16 MiB, or twice {@link #maxBuffered} if that is
     * more}
     */
    public long maxUnsent() {
        return ofQueues.maxUnsent();
    }

    /** {@return the value set by {@link Builder#outboundBudget}; by default a quarter of the heap} */
    public long outboundBudget() {
        return ofQueues.budget();
    }

    /** {@return the value set by {@link Builder#slowAfter}, or its default} */
    public Duration slowAfter() {
        return ofQueues.slowAfter();
    }

    /** {@return the value set by {@link Builder#slowBelow}, or its default} */
    public int slowBelow() {
        return ofQueues.slowBelow();
    }

    /** {@return the value set by {@link Builder#maxLatestKeys}, or its default} */
    public int maxLatestKeys() {
        return ofQueues.latestKeys();
    }

    /** {@return the value set by {@link Builder#maxQueuedEvents}, or its default} */
    public int maxQueuedEvents() {
        return maxQueuedEvents;
    }

    /**
     * {@return the value set by {@link Builder#inboundBudget}; by default a fifth of the heap, or four times {@code
     * maxPayload} if that is more}
     */
    public long inboundBudget() {
        return inbound.budget();
    }

    /** {@return the value set by {@link Builder#maxUnadmitted}, or its default} */
    public int maxUnadmitted() {
        return inbound.unadmitted();
    }

    /** {@return the value set by {@link Builder#maxLateAnswers}, or its default} */
    public int maxLateAnswers() {
        return inbound.lateAnswers();
    }

    /** {@return the value set by {@link Builder#maxNamespacesPerConnection}, or its default} */
    public int maxNamespacesPerConnection() {
        return maxNamespacesPerConnection;
    }

    /** {@return the value set by {@link Builder#maxDynamicNamespaces}, or its default} */
    public int maxDynamicNamespaces() {
        return maxDynamicNamespaces;
    }

    /** {@return the value set by {@link Builder#maxAttachments}, or its default} */
    public int maxAttachments() {
        return ofPackets.attachments();
    }

    /** {@return the value set by {@link Builder#maxJsonDepth}, or its default} */
    public int maxJsonDepth() {
        return ofPackets.depth();
    }

    /** {@return the value set by {@link Builder#maxNamespaceLength}, or its default} */
    public int maxNamespaceLength() {
        return ofPackets.namespaceLength();
    }

    /** {@return the value set by {@link Builder#maxEventNameLength}, or its default} */
    public int maxEventNameLength() {
        return ofPackets.eventNameLength();
    }

    /** The limits of what waits for clients. */
    /** {@return what sockets may hold} */
    public SocketLimits sockets() {
        return sockets;
    }

    OutboundLimits ofQueues() {
        return ofQueues;
    }

    /** The limits of a packet. */
    ParserLimits ofPackets() {
        return ofPackets;
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
        private Duration messageTimeout = Duration.ofSeconds(60);
        private Duration attachmentsTimeout = Duration.ofSeconds(30);
        private int maxPayload = 1_000_000;
        private final OutboundChoices queues = new OutboundChoices();
        private final SocketLimits.Builder sockets = new SocketLimits.Builder();
        private int maxQueuedEvents = 1024;
        private long inboundBudget; // 0 until it is set
        private int maxUnadmitted = 64 * 1024;
        private int maxLateAnswers = 1024;
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
         *
         * @param time the longest time
         * @return this builder
         */
        public Builder upgradeTimeout(Duration time) {
            this.upgradeTimeout = wait("upgradeTimeout", time);
            return this;
        }

        /**
         * How long other nodes may take to answer {@code fetchSockets} and similar requests. Default 5 s, as in
         * Node.js.
         *
         * @param time the longest time
         * @return this builder
         */
        public Builder nodeTimeout(Duration time) {
            this.nodeTimeout = wait("nodeTimeout", time);
            return this;
        }

        /**
         * How long a client may take to send one message from its first byte to its last: a WebSocket message, in
         * however many fragments, or the body of a POST. After that its connection is closed. Time in which the engine
         * does not read from the client does not count. Default 60 s.
         *
         * @param time the longest time
         * @return this builder
         */
        public Builder messageTimeout(Duration time) {
            this.messageTimeout = wait("messageTimeout", time);
            return this;
        }

        /**
         * How long a client may take to send the binary attachments it announced. Time in which the engine does
         * not read from the client does not count. Default 30 s.
         *
         * @param time the longest time
         * @return this builder
         */
        public Builder attachmentsTimeout(Duration time) {
            this.attachmentsTimeout = wait("attachmentsTimeout", time);
            return this;
        }

        // ---- sizes

        /**
         * How many bytes may wait for one client without further conditions. While more wait, the client must read at
         * least {@link #slowBelow}, and events that may be dropped are dropped: see {@link SlowClients}. Default: 1
         * MiB, or {@code maxPayload} if that is more.
         *
         * @param bytes the number of bytes
         * @return this builder
         */
        public Builder maxBuffered(long bytes) {
            queues.maxBuffered = positive("maxBuffered", bytes);
            return this;
        }

        /**
         * How many bytes may wait for one client before it is disconnected as too slow, even if it reads fast; twice as
         * many while an engine thread is about to write them. At least {@link #maxBuffered}. Default: 16 MiB, or twice
         * {@code maxBuffered} if that is more.
         *
         * @param bytes the maximum number of bytes
         * @return this builder
         */
        public Builder maxUnsent(long bytes) {
            queues.maxUnsent = positive("maxUnsent", bytes);
            return this;
        }

        /**
         * How many bytes of memory may be held for all clients together because they have not read them yet; an event
         * that many clients wait for counts once. Checked ten times within {@link #slowAfter}; beyond it, the clients
         * for which most waits are disconnected as too slow. Default: a quarter of the heap's maximum size.
         *
         * @param bytes the maximum number of bytes
         * @return this builder
         */
        public Builder outboundBudget(long bytes) {
            queues.outboundBudget = positive("outboundBudget", bytes);
            return this;
        }

        /**
         * How long a client may read nothing, or less than {@link #slowBelow}, while something waits for it, before it is
         * disconnected as too slow. For a client that polls, the time between two polls counts too. Default 10 s.
         *
         * @param time the longest time
         * @return this builder
         */
        public Builder slowAfter(Duration time) {
            queues.slowAfter = wait("slowAfter", time);
            return this;
        }

        /**
         * How fast a client must read while more than {@link #maxBuffered} waits for it, on average over
         * {@link #slowAfter}. Default 10 KiB a second.
         *
         * @param bytesPerSecond the lowest rate, in bytes a second
         * @return this builder
         */
        public Builder slowBelow(int bytesPerSecond) {
            queues.slowBelow = (int) positive("slowBelow", bytesPerSecond);
            return this;
        }

        /**
         * For how many keys of {@code emitLatest} a newer value can replace the one that waits for the same client. The
         * values of further keys wait like other events until some of these have been written. Default 1024.
         *
         * @param keys the maximum number of keys
         * @return this builder
         */
        public Builder maxLatestKeys(int keys) {
            queues.maxLatestKeys = (int) positive("maxLatestKeys", keys);
            return this;
        }

        /**
         * How many events of one connection may wait for their handlers before the engine stops reading from it.
         * Default 1024.
         *
         * @param events the maximum number of events
         * @return this builder
         */
        public Builder maxQueuedEvents(int events) {
            this.maxQueuedEvents = (int) positive("maxQueuedEvents", events);
            return this;
        }

        /**
         * How many bytes of heap the engine may hold for what all its clients send, until handlers are done with it:
         * incomplete messages, events that wait for a handler or for an interceptor's decision, and events answered with
         * {@link Ack#later}. Text counts one byte a character, or two if it has characters beyond Latin-1; an event counts
         * 256 bytes more, and a late answer 512.
         *
         * <p>A client that holds at most 24 KiB of it is always read. For more it needs a turn, for which there must be
         * room for two of the largest messages; until then the engine does not read from it. While others wait and
         * room is missing, a client is disconnected with {@link DisconnectReason#OVER_BUDGET} (WebSocket close code 1013)
         * if it stops in the middle of a message for two seconds, if none of its events is handled for five, or if it waits
         * although it holds more than one message that is not being handled; if nothing else helps, those that have been
         * slowest, or have held most for longest. A client that sends one message after the other, and does not
         * stop, comes last.
         *
         * <p>Default: a fifth of the heap, or four times {@code maxPayload} if that is more.
         *
         * @param bytes the maximum number of bytes, at least four times {@code maxPayload}
         * @return this builder
         */
        public Builder inboundBudget(long bytes) {
            this.inboundBudget = positive("inboundBudget", bytes);
            return this;
        }

        /**
         * How many bytes of heap a client may hold that no namespace has admitted yet, in total: its connects with their
         * auth payloads, and events that arrive before the decision. A client that sends more is disconnected (WebSocket
         * close codes 1008 and 1009, HTTP status 413). Default 65,536.
         *
         * @param bytes the maximum number of bytes
         * @return this builder
         */
        public Builder maxUnadmitted(int bytes) {
            this.maxUnadmitted = (int) positive("maxUnadmitted", bytes);
            return this;
        }

        /**
         * How many events of one connection may be waiting for an {@link Ack#later} before the engine stops reading from
         * it, until half of them are answered. Those already received are still handled. Default 1024.
         *
         * @param answers the maximum number of late answers
         * @return this builder
         */
        public Builder maxLateAnswers(int answers) {
            this.maxLateAnswers = (int) positive("maxLateAnswers", answers);
            return this;
        }

        /**
         * How many namespaces one connection may be in. Default 100.
         *
         * @param namespaces the maximum number of namespaces
         * @return this builder
         */
        public Builder maxNamespacesPerConnection(int namespaces) {
            this.maxNamespacesPerConnection = (int) positive("maxNamespacesPerConnection", namespaces);
            return this;
        }

        /**
         * How many dynamic namespaces may exist at a time, for all patterns and rules together. Default 10,000.
         *
         * @param namespaces the maximum number of namespaces
         * @return this builder
         */
        public Builder maxDynamicNamespaces(int namespaces) {
            this.maxDynamicNamespaces = (int) positive("maxDynamicNamespaces", namespaces);
            return this;
        }

        /**
         * What sockets may hold: rooms and attached values. What is not chosen keeps its default, or what was chosen
         * before.
         *
         * @param choices chooses
         * @return this builder
         */
        public Builder sockets(Consumer<SocketLimits.Builder> choices) {
            Objects.requireNonNull(choices, "choices").accept(sockets);
            return this;
        }

        // ---- packets

        /**
         * How many binary attachments one event may have. Default 10, as in Node.js.
         *
         * @param attachments the maximum number of attachments
         * @return this builder
         */
        public Builder maxAttachments(int attachments) {
            this.maxAttachments = (int) positive("maxAttachments", attachments);
            return this;
        }

        /**
         * How deep a client's JSON may nest. Default 255.
         *
         * @param depth the maximum depth
         * @return this builder
         */
        public Builder maxJsonDepth(int depth) {
            this.maxJsonDepth = (int) positive("maxJsonDepth", depth);
            return this;
        }

        /**
         * How many characters a namespace's name may have. Default 1024.
         *
         * @param characters the maximum number of characters
         * @return this builder
         */
        public Builder maxNamespaceLength(int characters) {
            this.maxNamespaceLength = (int) positive("maxNamespaceLength", characters);
            return this;
        }

        /**
         * How many characters an event's name may have. Default 1024.
         *
         * @param characters the maximum number of characters
         * @return this builder
         */
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
