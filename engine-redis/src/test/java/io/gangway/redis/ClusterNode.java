package io.gangway.redis;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.Namespace;
import io.gangway.PartialResultException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;

/**
 * A node in a process of its own, so that it can be killed. It prints its port, takes orders from clients in
 * {@code /orders} about what to do in {@code /}, and ends when its standard input does.
 */
final class ClusterNode {
    private static final long NANOS_BETWEEN_TICKS = 1_000_000_000 / 200;

    private final String name;
    private final Duration timeout;
    private final Engine engine;
    private final Thread ticker = new Thread(this::tick, "ticker");
    private volatile boolean stopped;

    private ClusterNode(String name, RedisCluster cluster, Duration timeout) {
        this.name = name;
        this.timeout = timeout;
        engine = Engine.builder()
                .port(0)
                .cluster(cluster)
                .limits(limits -> limits.nodeTimeout(timeout))
                .pingInterval(Duration.ofMinutes(10)) // the clients answer requests, and nothing else
                .namespace("/")
                .onServerEvent("who", arguments -> Ack.of(name))
                .namespace("/orders")
                .on("begin", (socket, arguments) -> begin())
                .on("end", (socket, arguments) -> end())
                .on("up", (socket, arguments) -> Ack.of(cluster.health().isUp()))
                .on("count", (socket, arguments) -> Ack.later(everyone().nodeCount()))
                .on("sockets", (socket, arguments) -> told(everyone().fetchSockets(), List::size))
                .on("servers", (socket, arguments) -> told(everyone().serverSideEmitWithAck("who"), List::size))
                .on("clients", (socket, arguments) -> clients())
                .start();
    }

    /** @param arguments a name, the URL of a Redis, a key, a mode, and how many milliseconds others have to answer */
    public static void main(String[] arguments) throws IOException {
        String key = arguments[2];
        RedisMode mode = RedisMode.valueOf(arguments[3]);
        RedisClusterBuilder redis = RedisCluster.builder(arguments[1]).key(key).mode(mode);
        if (mode == RedisMode.STREAMS) {
            redis.streams(streams -> streams.name(key)); // the key of the other tests does not contain it
        }
        RedisCluster cluster = redis.connect();
        ClusterNode node = new ClusterNode(arguments[0], cluster, Duration.ofMillis(Long.parseLong(arguments[4])));
        System.out.println(node.engine.port());
        while (System.in.read() >= 0) {
            continue; // until the test closes it, or is gone
        }
        node.stopped = true;
        node.engine.close();
    }

    private Namespace everyone() {
        return engine.namespace("/");
    }

    private Ack begin() {
        ticker.start();
        return Ack.empty();
    }

    private Ack end() throws InterruptedException {
        stopped = true;
        ticker.join();
        return Ack.empty();
    }

    /** Emits numbers from 0 on to all clients, and finally how many there were. */
    private void tick() {
        long start = System.nanoTime();
        int number = 0;
        for (; !stopped; number++) {
            everyone().emit("tick", name, number);
            LockSupport.parkNanos(start + (number + 1) * NANOS_BETWEEN_TICKS - System.nanoTime());
        }
        everyone().emit("done", name, number);
    }

    private Ack clients() {
        return Ack.later(everyone()
                .timeout(timeout)
                .emitWithAck("question")
                .thenApply(replies -> (replies.isComplete() ? "all " : "partial ")
                        + replies.received().size()));
    }

    private static <T> Ack told(CompletableFuture<T> asked, ToIntFunction<T> size) {
        CompletionStage<String> told =
                asked.handle((all, failure) -> failure == null ? "all " + size.applyAsInt(all) : partial(failure));
        return Ack.later(told);
    }

    private static String partial(Throwable failure) {
        return failure instanceof PartialResultException partial
                ? "partial " + partial.partial(Object.class).size()
                : "failed with " + failure;
    }
}
