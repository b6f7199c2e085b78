package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.LocalCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Nodes of one cluster in this JVM, which give each other's sessions back, and let the test decide who comes in. */
abstract class RecoveringNodes extends RecoveryFixture {
    private final LocalCluster cluster = LocalCluster.create();
    private final List<Engine> nodes = new ArrayList<>();
    private final BlockingQueue<CompletableFuture<Ack>> verdicts = new LinkedBlockingQueue<>();
    private volatile boolean takesTime;

    /** A node of the cluster that has no engine yet. */
    final HesitantCluster hesitant() {
        return new HesitantCluster(cluster.node());
    }

    final Engine start() {
        return start(cluster.node());
    }

    final Engine start(Cluster node) {
        Interceptor verdict = Around.connects((socket, chain) -> takesTime
                ? Ack.later(asked().thenApply(given -> given.isUnanswered() ? chain.proceed() : given))
                : chain.proceed());
        Engine engine = start(watched(
                recovering().cluster(node).namespace("/").intercept(SIGN_IN).intercept(verdict)));
        nodes.add(engine);
        return engine;
    }

    private CompletableFuture<Ack> asked() {
        CompletableFuture<Ack> verdict = new CompletableFuture<>();
        verdicts.add(verdict);
        return verdict;
    }

    /** Whoever comes from now on is let in, or not, when the test says so. */
    final void takeTime() {
        takesTime = true;
    }

    /** Whether the next one may come in is undecided, but the node knows where its session is. */
    final Verdict verdict() throws InterruptedException {
        CompletableFuture<Ack> next = verdicts.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no interceptor ran");
        }
        return new Verdict(next);
    }

    record Verdict(CompletableFuture<Ack> given) {
        void admit() {
            given.complete(Ack.unanswered());
        }

        void refuse(String message) {
            given.complete(Ack.failed(new EngineException(message)));
        }
    }

    /** How many sockets have this id now, on all nodes. */
    final long holders(String id) {
        return nodes.stream()
                .filter(engine -> engine.namespace("/").socket(id).isPresent())
                .count();
    }
}
