package io.gangway.redis;

import com.google.gson.Gson;
import io.gangway.ClusterTracing;
import io.gangway.EventWriter;
import io.gangway.redis.link.EmitterLink;
import io.gangway.redis.link.MessageSink;
import io.gangway.redis.link.RedisEndpoint;
import io.gangway.redis.wire.ClassicFormat;
import io.gangway.redis.wire.WireFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Choices for a {@link RedisEmitter}, of which those about the wire format must be the servers'; {@link #connect}
 * refuses those that contradict each other. Not thread-safe.
 */
public final class RedisEmitterBuilder extends RedisBuilder<RedisEmitterBuilder> {
    private @Nullable EventWriter writer;
    private @Nullable ClusterTracing tracing;

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
     * Traces events on their way to the servers, as {@link io.gangway.EngineBuilder#clusterTracing} does between them.
     * Default: not traced.
     *
     * <p>An emitter does not know which namespaces follow a rule: of the first 100 the {@linkplain
     * io.gangway.ClusterEvent#label() label} is the name, and of all others {@code other}.
     *
     * @param tracing its {@code emitted} is called on the thread that emits; nothing is delivered to an emitter
     * @return this builder
     */
    public RedisEmitterBuilder clusterTracing(ClusterTracing tracing) {
        this.tracing = Objects.requireNonNull(tracing, "tracing");
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
        EventWriter writing = writer == null ? EventWriter.standard() : writer;
        return RedisEmitter.over(sink, writing, new EmitterTraces(tracing), formats());
    }

    WireFormat.Factory formats() {
        return formats(ClassicFormat.Broadcasts.BY_PATTERN, ClassicFormat.Answers.SHARED);
    }
}
