package io.gangway.interceptors;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.Event;
import io.gangway.Interceptor;
import io.gangway.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.MDCAdapter;

/**
 * Logs one line for each connect, event and disconnect: the socket, the outcome, and the time taken.
 *
 * <pre>
 *   connect socket=mUN2yhqQGmHIh7mxAAAB namespace="/chat" address=192.0.2.7 outcome=ok ms=3
 *   event socket=mUN2yhqQGmHIh7mxAAAB namespace="/chat" event="message" outcome=failed:EngineException ms=0
 *   disconnect socket=mUN2yhqQGmHIh7mxAAAB namespace="/chat" reason="transport close" outcome=ok ms=0
 * </pre>
 *
 * <p>Of events that a {@link RateLimit} refuses, each socket gets one line a second at most: it ends with
 * {@code refused=7} if six more were refused since the last one, and the socket's disconnect counts the rest.
 *
 * <p>Logged at level info, once the ack of the interceptors and handler inside this one settles; an ack that never
 * settles gets no line. The outcome of an event that nobody handles is {@code unanswered}. A failure is named only by
 * its class, because its message may quote data from the client: no payload and no token is logged. Names chosen by
 * clients, of namespaces and events, are escaped and shortened to 200 characters.
 *
 * <p>The MDC has {@code socket}, {@code namespace} and {@code event} while the inner interceptors and the handler run
 * on this thread, and for the log line itself on any thread; afterwards it is restored. Immutable and thread-safe.
 */
public final class AccessLog implements Interceptor {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Logger log;
    private final Mdc mdc;
    private final LongSupplier nanoTime;

    /** The subject of a line: its MDC entries, and the further fields of the line. */
    private record Subject(String what, Socket socket, Map<String, String> context, String detail) {
        static Subject of(String what, Socket socket, String detail) {
            String namespace = LogText.of(socket.namespace().name());
            return new Subject(what, socket, Map.of("socket", socket.id(), "namespace", namespace), detail);
        }

        static Subject of(Event event) {
            Socket socket = event.socket();
            String namespace = LogText.of(socket.namespace().name());
            String name = LogText.of(event.name());
            Map<String, String> context = Map.of("socket", socket.id(), "namespace", namespace, "event", name);
            return new Subject("event", socket, context, "event=\"" + name + '"');
        }

        String namespace() {
            return context.getOrDefault("namespace", "");
        }
    }

    /** Logs to a logger named after this class. */
    public AccessLog() {
        this(LoggerFactory.getLogger(AccessLog.class));
    }

    /**
     * Logs to this logger.
     *
     * @param log the logger of all lines
     */
    public AccessLog(Logger log) {
        this(log, MDC::getMDCAdapter, System::nanoTime);
    }

    /**
     * Provides the adapter of the thread's context. A named type, so that the constructor's signature has no generic
     * type.
     */
    interface Mdc {
        MDCAdapter get();
    }

    AccessLog(Logger log, Mdc mdc, LongSupplier nanoTime) {
        this.log = Objects.requireNonNull(log, "log");
        this.mdc = mdc;
        this.nanoTime = nanoTime;
    }

    @Override
    public Ack aroundConnect(Socket socket, Chain chain) {
        return around(
                Subject.of(
                        "connect",
                        socket,
                        "address=" + LogText.of(socket.handshake().address())),
                chain);
    }

    @Override
    public Ack aroundEvent(Event event, Chain chain) {
        return around(Subject.of(event), chain);
    }

    @Override
    public Ack aroundDisconnect(Socket socket, DisconnectReason reason, Chain chain) {
        return around(Subject.of("disconnect", socket, "reason=\"" + reason + '"'), chain);
    }

    private Ack around(Subject subject, Chain chain) {
        long start = nanoTime.getAsLong();
        return within(subject, chain::proceed)
                .then(settled -> within(
                        subject,
                        () -> settled.whenSettled((values, failure) -> write(subject, settled, failure, start))));
    }

    private void write(Subject subject, Ack settled, @Nullable Throwable failure, long start) {
        long now = nanoTime.getAsLong();
        long refused = 0;
        if (failure instanceof TooManyRequestsException) {
            refused = RefusedEvents.of(subject.socket, this).refused(now);
            if (refused == 0) {
                return;
            }
        } else if (subject.what.equals("disconnect")) {
            refused = RefusedEvents.leftOut(subject.socket, this);
        }
        log.info(
                "{} socket={} namespace=\"{}\" {} outcome={} ms={}{}",
                subject.what,
                subject.socket.id(),
                subject.namespace(),
                subject.detail,
                outcome(settled, failure),
                (now - start) / NANOS_PER_MILLI,
                refused > 1 || (refused == 1 && failure == null) ? " refused=" + refused : "");
    }

    private static String outcome(Ack settled, @Nullable Throwable failure) {
        if (settled.isUnanswered()) {
            return "unanswered";
        }
        return failure == null ? "ok" : "failed:" + failure.getClass().getSimpleName();
    }

    private Ack within(Subject subject, Supplier<Ack> action) {
        MDCAdapter current = mdc.get();
        Map<String, String> before = new HashMap<>();
        subject.context.forEach((key, value) -> {
            before.put(key, current.get(key));
            current.put(key, value);
        });
        try {
            return action.get();
        } finally {
            before.forEach((key, value) -> {
                if (value == null) {
                    current.remove(key);
                } else {
                    current.put(key, value);
                }
            });
        }
    }
}
