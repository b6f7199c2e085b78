package io.gangway.recording;

import java.time.Duration;
import java.util.function.Supplier;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

/**
 * Writes events for Java Flight Recorder. Thread-safe. Callers ask {@link #isOn()} before they compute what an event needs.
 */
public final class Recording {
    private static final boolean AVAILABLE = isAvailable();

    private Recording() {}

    private static boolean isAvailable() {
        try {
            return FlightRecorder.isAvailable();
        } catch (NoClassDefFoundError withoutModule) {
            return false;
        }
    }

    /** Whether any recording has been started in this process. */
    public static boolean isOn() {
        return AVAILABLE && FlightRecorder.isInitialized();
    }

    /** A client has connected, or has been refused. */
    public static void handshake(String outcome, String reason) {
        HandshakeEvent event = new HandshakeEvent();
        if (event.shouldCommit()) {
            event.outcome = outcome;
            event.reason = reason;
            event.commit();
        }
    }

    /** A client's event has been handled. */
    public static void event(String namespace, String name, String outcome, long nanos) {
        HandledEvent event = new HandledEvent();
        if (event.shouldCommit()) {
            event.namespace = namespace;
            event.event = name;
            event.outcome = outcome;
            event.time = nanos;
            event.commit();
        }
    }

    /** A client has been disconnected because it reads too slowly. */
    public static void slowClient(String reason) {
        SlowClientEvent event = new SlowClientEvent();
        if (event.shouldCommit()) {
            event.reason = reason;
            event.commit();
        }
    }

    /** Reading from a client has stopped, because so much waits for its handlers. */
    public static void queueFull(int events, long bytes, int lateAnswers) {
        QueueFullEvent event = new QueueFullEvent();
        if (event.shouldCommit()) {
            event.events = events;
            event.bytes = bytes;
            event.lateAnswers = lateAnswers;
            event.commit();
        }
    }

    /**
     * How far a node is behind.
     *
     * @param state the state of the connection to other nodes
     * @param lag how far the node is behind in reading messages
     */
    public record Lag(String state, Duration lag) {}

    /**
     * Has recordings ask for the lag from time to time.
     *
     * @return ends that
     */
    public static Runnable lag(Supplier<Lag> lag) {
        if (!AVAILABLE) {
            return () -> {};
        }
        Runnable hook = () -> {
            ClusterLagEvent event = new ClusterLagEvent();
            if (event.shouldCommit()) {
                Lag now = lag.get();
                event.state = now.state;
                event.lag = now.lag.toNanos();
                event.commit();
            }
        };
        // Registering the event at once would initialise the recorder's metadata in each process, recorded or not.
        FlightRecorderListener listener = new FlightRecorderListener() {
            @Override
            public void recorderInitialized(FlightRecorder recorder) {
                FlightRecorder.addPeriodicEvent(ClusterLagEvent.class, hook);
            }
        };
        FlightRecorder.addListener(listener);
        return () -> {
            FlightRecorder.removeListener(listener);
            FlightRecorder.removePeriodicEvent(hook);
        };
    }
}
