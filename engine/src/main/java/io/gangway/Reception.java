package io.gangway;

import io.gangway.connection.CloseReason;
import io.gangway.connection.RefusedRequest;
import io.gangway.logs.SparingLog;
import io.gangway.recording.Recording;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** Counts the clients that come, are refused and go, and tells the application of those refused. Thread-safe. */
final class Reception {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(Reception.class));

    /** Engine.IO's number for what a rule of the application or the server's state forbids. */
    private static final int FORBIDDEN = 4;

    private final List<RefusalListener> listeners;
    private final Tally<HandshakeOutcome> handshakes = new Tally<>(HandshakeOutcome.class);
    private final Tally<DisconnectReason> closes = new Tally<>(DisconnectReason.class);

    Reception(List<RefusalListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    Map<HandshakeOutcome, Long> handshakes() {
        return handshakes.sums();
    }

    /** The connections that have ended. */
    Map<DisconnectReason, Long> closes() {
        return closes.sums();
    }

    void accepted() {
        handshakes.add(HandshakeOutcome.ACCEPTED);
        if (Recording.isOn()) {
            Recording.handshake(HandshakeOutcome.ACCEPTED.name(), "");
        }
    }

    void closed(CloseReason reason, String detail) {
        closes.add(DisconnectReason.of(reason));
        if (reason == CloseReason.SLOW_CLIENT && Recording.isOn()) {
            Recording.slowClient(detail);
        }
    }

    /** The hall has refused a client. */
    void refused(HandshakeOutcome outcome, int status, String reason, Handshake handshake) {
        refused(outcome, status, FORBIDDEN, reason, () -> handshake);
    }

    /** A client has been refused before the hall was asked. */
    void refused(RefusedRequest refused) {
        HandshakeOutcome outcome = switch (refused.rule()) {
            case ORIGIN -> HandshakeOutcome.ORIGIN;
            case HANDSHAKE -> HandshakeOutcome.MALFORMED;
            case SESSION -> HandshakeOutcome.UNKNOWN_SESSION;
            case APPLICATION -> HandshakeOutcome.ADMISSION;
            case CLOSING -> HandshakeOutcome.DRAINING;
        };
        refused(
                outcome,
                refused.status(),
                refused.code(),
                refused.detail(),
                () -> Handshake.of(refused.request().get()));
    }

    private void refused(HandshakeOutcome outcome, int status, int code, String reason, Supplier<Handshake> handshake) {
        handshakes.add(outcome);
        if (Recording.isOn()) {
            Recording.handshake(outcome.name(), reason);
        }
        if (listeners.isEmpty()) {
            return;
        }
        RefusedHandshake refused = new RefusedHandshake(outcome, status, code, reason, handshake.get());
        for (RefusalListener listener : listeners) {
            try {
                listener.onRefused(refused);
            } catch (Throwable failure) {
                sparing.error(failure, "a listener of onRefused(..) failed");
            }
        }
    }
}
