package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.Missed;
import io.gangway.cluster.SessionStore;
import io.gangway.cluster.StoredSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** A node of another cluster whose broker takes messages, and saves and gives sessions, only when the test lets it. */
final class HesitantCluster implements Cluster {
    private final Cluster node;
    final Gate messages = new Gate();
    final Gate saves = new Gate();
    final Gate finds = new Gate();
    /** The answers to claims, which have been carried out. */
    final Gate claimed = new Gate();
    /** Opened before a namespace's channel is. */
    private volatile CountDownLatch opening = new CountDownLatch(0);

    private volatile boolean isOpening;

    HesitantCluster(Cluster node) {
        this.node = node;
    }

    /** What the broker does with one kind of things. */
    static final class Gate {
        // Guarded by this.
        private final Deque<Runnable> held = new ArrayDeque<>();
        private boolean holds;
        private boolean fails;
        private boolean failsOnce;

        /** They wait from now on. */
        synchronized void hold() {
            holds = true;
        }

        /** They fail from now on. */
        synchronized void fail() {
            fails = true;
        }

        /** The next one fails. */
        synchronized void failOnce() {
            failsOnce = true;
        }

        /** They are taken from now on, first those that have waited. */
        synchronized void release() {
            holds = false;
            fails = false;
            while (!held.isEmpty()) {
                held.removeFirst().run();
            }
        }

        synchronized int held() {
            return held.size();
        }

        private synchronized <T> CompletionStage<T> pass(Supplier<CompletionStage<T>> action) {
            boolean failsNow = fails || failsOnce;
            failsOnce = false;
            if (failsNow) {
                return CompletableFuture.failedStage(new ClusterUnavailableException("the broker is away"));
            }
            if (!holds) {
                return action.get();
            }
            CompletableFuture<T> later = new CompletableFuture<>();
            held.addLast(() -> {
                CompletionStage<T> unused = action.get().whenComplete((done, failure) -> later.complete(done));
            });
            return later;
        }
    }

    /** Namespaces wait before they join, until the latch that this returns is counted down. */
    CountDownLatch holdOpening() {
        opening = new CountDownLatch(1);
        return opening;
    }

    boolean isOpening() {
        return isOpening;
    }

    @Override
    public Channel open(String namespace, Inbound inbound) {
        try {
            isOpening = opening.getCount() > 0;
            opening.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return new HesitantChannel(node.open(namespace, inbound));
    }

    @Override
    public Health health() {
        return node.health();
    }

    @Override
    public void close() {
        node.close();
    }

    private final class HesitantChannel implements Channel {
        private final Channel channel;

        private HesitantChannel(Channel channel) {
            this.channel = channel;
        }

        @Override
        public String nodeId() {
            return channel.nodeId();
        }

        @Override
        public CompletionStage<String> publish(ClusterMessage message) {
            return messages.pass(() -> channel.publish(message));
        }

        @Override
        public void respond(String toNode, ClusterMessage response) {
            channel.respond(toNode, response);
        }

        @Override
        public CompletionStage<Integer> nodeCount() {
            return channel.nodeCount();
        }

        @Override
        public Optional<SessionStore> sessions() {
            return channel.sessions().map(HesitantStore::new);
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    private final class HesitantStore implements SessionStore {
        private final SessionStore store;

        private HesitantStore(SessionStore store) {
            this.store = store;
        }

        @Override
        public CompletionStage<Void> save(StoredSession session, Duration window) {
            return saves.pass(() -> store.save(session, window));
        }

        @Override
        public CompletionStage<Optional<StoredSession>> find(String privateId) {
            return finds.pass(() -> store.find(privateId));
        }

        @Override
        public CompletionStage<Optional<String>> holder(String privateId) {
            return store.holder(privateId);
        }

        @Override
        public CompletionStage<Recall> recall(String privateId, Optional<String> user) {
            return store.recall(privateId, user);
        }

        @Override
        public CompletionStage<Boolean> claim(StoredSession found) {
            CompletionStage<Boolean> done = store.claim(found);
            return claimed.pass(() -> done);
        }

        @Override
        public CompletionStage<Missed> missed(String afterOffset, Missed.Limits limits) {
            return store.missed(afterOffset, limits);
        }

        @Override
        public String latestOffset() {
            return store.latestOffset();
        }

        @Override
        public boolean isOffset(String text) {
            return store.isOffset(text);
        }

        @Override
        public int compare(String one, String other) {
            return store.compare(one, other);
        }
    }
}
