package io.gangway.redis;

import com.google.gson.Gson;
import io.gangway.EventWriter;
import io.gangway.redis.link.EmitterLink;
import io.gangway.redis.link.MessageSink;
import io.gangway.redis.link.RedisEndpoint;
import io.gangway.redis.wire.ClassicFormat;
import io.gangway.redis.wire.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * Choices for a {@link RedisEmitter}, of which those about the wire format must be the servers'; {@link #connect}
 * refuses those that contradict each other. Not thread-safe.
 */
public final class RedisEmitterBuilder extends RedisBuilder<RedisEmitterBuilder> {
    private @Nullable EventWriter writer;

    RedisEmitterBuilder(RedisEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    RedisEmitterBuilder self() {
        return this;
    }

    /**
     * The application's own Gson, which encodes what is emitted: give it the engines' Gson, so that emitter and
     * engines encode alike. {@code byte[]} and {@code ByteBuffer} remain binary. The default is the engine's default.
     *
     * @param gson encodes the arguments of events
     * @return this builder
     */
    public RedisEmitterBuilder gson(Gson gson) {
        writer = EventWriter.of(gson);
        return this;
    }

    /**
     * Connects, in the background.
     *
     * @return the emitter
     * @throws IllegalArgumentException if the choices contradict each other
     */
    public RedisEmitter connect() {
        requireMatchingChoices();
        return over(new EmitterLink(
                        name(),
                        connections(EmitterLink.PING_INTERVAL, ""),
                        offlineMessages(),
                        offlineAge(),
                        streams().maxLen())
                .start());
    }

    RedisEmitter over(MessageSink sink) {
        return RedisEmitter.over(sink, writer == null ? EventWriter.standard() : writer, formats());
    }

    WireFormat.Factory formats() {
        return formats(ClassicFormat.Broadcasts.BY_PATTERN, ClassicFormat.Answers.SHARED);
    }
}
