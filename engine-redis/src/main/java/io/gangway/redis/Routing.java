package io.gangway.redis;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which line hears what: takes each message that comes to the namespace that it is for. Thread-safe. */
final class Routing {
    private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

    private final Map<String, Line> lines = new ConcurrentHashMap<>();
    private final Map<Subscription, Line> listeners = new ConcurrentHashMap<>();
    /** Those of them that are patterns. */
    private final Set<Subscription> patterns = ConcurrentHashMap.newKeySet();

    private final Tally tally;
    private final SparseLog malformed = new SparseLog(LOG);

    Routing(Tally tally) {
        this.tally = tally;
    }

    SparseLog malformed() {
        return malformed;
    }

    /** Returns the line that was its namespace's before. */
    @Nullable
    Line open(Line line) {
        return lines.put(line.namespace(), line);
    }

    void close(Line line) {
        lines.remove(line.namespace(), line);
    }

    Collection<Line> lines() {
        return List.copyOf(lines.values());
    }

    void attach(Subscription subscription, Line line) {
        listeners.put(subscription, line);
        if (subscription.kind() == Subscription.Kind.PATTERN) {
            patterns.add(subscription);
        }
    }

    /** Returns whether it was that line's. */
    boolean detach(Subscription subscription, Line line) {
        boolean wasIts = listeners.remove(subscription, line);
        if (wasIts) {
            patterns.remove(subscription);
        }
        return wasIts;
    }

    void clear() {
        lines.clear();
        listeners.clear();
        patterns.clear();
    }

    void message(Subscription subscription, String channel, byte[] body) {
        Line line = listeners.get(subscription);
        if (line != null) {
            line.receive(channel, body);
        }
    }

    void entry(String stream, String id, Map<String, byte[]> fields) {
        Line line = lines.get(StreamsFormat.namespace(fields));
        if (line != null) {
            line.receiveEntry(stream, id, fields);
        } else if (fields.containsKey("nsp")) {
            tally.selfSkipped.increment();
        } else {
            tally.malformed.increment();
            malformed.warn("a malformed entry of stream " + stream, "it has no field nsp");
        }
    }

    /** What a line listens to, and over which this message of our own should have come back, by what the lanes know. */
    Optional<Subscription> subscriptionTo(Command message, Lanes lanes) {
        Subscription exact = message.destination();
        if (isHeard(exact, message, lanes)) {
            return Optional.of(exact);
        }
        return patterns.stream()
                .filter(pattern -> exact.kind() == Subscription.Kind.CHANNEL
                        && exact.channel().startsWith(start(pattern.channel()))
                        && isHeard(pattern, message, lanes))
                .findFirst();
    }

    private boolean isHeard(Subscription subscription, Command message, Lanes lanes) {
        return listeners.containsKey(subscription) && lanes.hears(subscription, message.born());
    }

    /** What matches a pattern that ends with its only star begins so. */
    private static String start(String pattern) {
        return pattern.substring(0, pattern.length() - 1).replaceAll("\\\\(.)", "$1");
    }
}
