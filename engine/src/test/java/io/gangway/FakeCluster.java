package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A cluster whose other nodes are the test: shows what the engine says, and says what the test wants. */
final class FakeCluster implements Cluster {
    private final Map<String, Inbound> inbounds = new ConcurrentHashMap<>();
    private final BlockingQueue<ClusterMessage> said = new LinkedBlockingQueue<>();
    private volatile int nodes = 1;
    private volatile boolean away;
    private volatile @Nullable Batches batches;

    /** How many nodes there are, the engine's included. */
    FakeCluster nodes(int nodes) {
        this.nodes = nodes;
        return this;
    }

    /** Whatever is said or asked fails from now on. */
    void goAway() {
        away = true;
    }

    /** The next thing that the engine says. */
    <T extends ClusterMessage> T next(Class<T> type) throws InterruptedException {
        ClusterMessage next = said.poll(10, TimeUnit.SECONDS);
        return type.cast(next);
    }

    boolean isSilent() {
        return said.isEmpty();
    }

    /** Another node says something in the namespace {@code /}. */
    void say(ClusterMessage message) {
        inbound().message(message, "");
    }

    Inbound inbound() {
        Inbound inbound = inbounds.get("/");
        if (inbound == null) {
            throw new IllegalStateException("the engine has not joined");
        }
        return inbound;
    }

    @Override
    public void batches(Batches batches) {
        this.batches = batches;
    }

    /** How the engine has messages bracketed that arrive together. */
    Batches batches() {
        return Objects.requireNonNull(batches, "the engine has told of no batches");
    }

    @Override
    public Channel open(String namespace, Inbound inbound) {
        inbounds.put(namespace, inbound);
        return new Channel() {
            @Override
            public String nodeId() {
                return "me";
            }

            @Override
            public CompletionStage<String> publish(ClusterMessage message) {
                if (away) {
                    return CompletableFuture.failedStage(new ClusterUnavailableException("away"));
                }
                said.add(message);
                return CompletableFuture.completedStage("");
            }

            @Override
            public void respond(String toNode, ClusterMessage response) {
                said.add(response);
            }

            @Override
            public CompletionStage<Integer> nodeCount() {
                return away
                        ? CompletableFuture.failedStage(new ClusterUnavailableException("away"))
                        : CompletableFuture.completedStage(nodes);
            }

            @Override
            public void close() {
                inbounds.remove(namespace, inbound);
            }
        };
    }

    @Override
    public Health health() {
        return new Health(State.UP, Instant.EPOCH, Duration.ZERO, 0, 0, 0, 0, 0, 0, 0, Map.of());
    }

    @Override
    public void close() {
        inbounds.clear();
    }

    /** A payload of JSON text that nobody has looked at. */
    static Payload json(String json) {
        return new Payload() {
            @Override
            public boolean hasBinary() {
                return false;
            }

            @Override
            public String json() {
                return json;
            }

            @Override
            public @Nullable Object value() {
                throw new AssertionError("the text is at hand");
            }
        };
    }

    /** A payload of plain values with binary data among them. */
    static Payload values(@Nullable Object value) {
        return new Payload() {
            @Override
            public boolean hasBinary() {
                return true;
            }

            @Override
            public String json() {
                throw new AssertionError("binary data has no JSON text");
            }

            @Override
            public @Nullable Object value() {
                return value;
            }
        };
    }
}
