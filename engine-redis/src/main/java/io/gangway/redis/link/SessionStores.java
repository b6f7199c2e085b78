package io.gangway.redis.link;

import io.gangway.cluster.SessionStore;
import io.gangway.redis.wire.WireFormat;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;

/** The session stores of all namespaces, and the streams that are their history. Thread-safe. */
final class SessionStores {
    private final LinkSettings settings;
    private final Outbox outbox;
    private final StreamReaders readers;
    private final MessageErrors errors;
    /** Decodes what clients have missed. */
    private final Worker historian = new Worker("gangway-redis-history");

    private final Map<String, CommandArguments> anchors = new ConcurrentHashMap<>();
    private final Map<String, StreamSpan> spans = new ConcurrentHashMap<>();

    SessionStores(LinkSettings settings, Outbox outbox, StreamReaders readers, MessageErrors errors) {
        this.settings = settings;
        this.outbox = outbox;
        this.readers = readers;
        this.errors = errors;
    }

    SessionStore open(WireFormat.History format, Recalls recalls) {
        String stream = format.stream();
        anchors.computeIfAbsent(stream, absent -> Command.append(format.anchor(), settings.maxLen()));
        if (readers.isEmpty(stream)) { // else the reader adds the anchor itself, if one is needed
            CompletionStage<Object> unused =
                    outbox.ask(Command.of(format.anchor(), Command.Kind.VALUE, settings.maxLen()));
        }
        return new RedisSessions(
                settings.sessionPrefix(),
                outbox,
                new StreamHistory(format, outbox, errors, historian),
                recalls,
                () -> readers.position(stream),
                spans.computeIfAbsent(stream, absent -> new StreamSpan(readers, stream, settings.maxLen())),
                errors);
    }

    /** What to add to a stream that is empty: sessions that begin then need a place to refer to. */
    @Nullable
    CommandArguments anchor(String stream) {
        return anchors.get(stream);
    }

    void close() {
        historian.close();
    }
}
