package io.gangway.redis.mixed;

import io.gangway.Engine;
import io.gangway.Namespace;
import io.gangway.redis.RedisCluster;
import io.gangway.redis.TestRedis;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientPauseMode;

/**
 * How long a call of {@code emit} takes that no client of this node receives, while Redis works, is paused, and is
 * gone.
 */
final class EmitLatency {
    private static final int RATE = 10_000;
    private static final int COUNT = 2 * RATE;
    private static final int WARM_UPS = 8;
    /** In a state whose code has not run before. */
    private static final int MORE_WARM_UPS = 2;

    private EmitLatency() {}

    static void measure(TestRedis redis) {
        RedisCluster cluster = AdapterMode.CLASSIC.connect(redis.url());
        try (Engine engine =
                Engine.builder().port(0).cluster(cluster).namespace("/").start()) {
            cluster.awaitUp(Duration.ofSeconds(10));
            Namespace namespace = engine.namespace("/");
            warm(namespace, WARM_UPS);
            System.out.println(emit(namespace, "up"));
            try (Jedis admin = redis.admin()) {
                admin.clientPause(2_500 * (1 + MORE_WARM_UPS), ClientPauseMode.ALL);
            }
            warm(namespace, MORE_WARM_UPS);
            System.out.println(emit(namespace, "paused"));
            redis.stop();
            warm(namespace, MORE_WARM_UPS);
            System.out.println(emit(namespace, "down"));
            redis.restart();
        }
    }

    private static void warm(Namespace namespace, int times) {
        for (int i = 0; i < times; i++) {
            emit(namespace, "to warm up");
        }
    }

    private static String emit(Namespace namespace, String state) {
        String padding = "x".repeat(150);
        long[] nanos = new long[COUNT];
        long start = System.nanoTime();
        for (int i = 0; i < COUNT; i++) {
            long due = start + TimeUnit.SECONDS.toNanos(i) / RATE;
            for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
            long before = System.nanoTime();
            namespace.emit("m", i, padding);
            nanos[i] = System.nanoTime() - before;
        }
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "emit() at %d calls/s, Redis %s: p50 %.1f us, p99 %.1f us, p99.9 %.1f us, max %.1f us",
                RATE,
                state,
                nanos[COUNT / 2] / 1e3,
                nanos[COUNT * 99 / 100] / 1e3,
                nanos[COUNT * 999 / 1000] / 1e3,
                nanos[COUNT - 1] / 1e3);
    }
}
