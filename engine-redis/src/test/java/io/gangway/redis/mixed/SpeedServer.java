package io.gangway.redis.mixed;

import com.google.gson.Gson;
import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.Namespace;
import io.gangway.redis.RedisCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** An engine on Redis that emits as fast as it is told to, as speed.js does. Arguments: the mode, and the Redis URL. */
final class SpeedServer {
    private static final String PADDING = "x".repeat(150);

    private final Namespace namespace;
    private long emitted;

    private SpeedServer(Namespace namespace) {
        this.namespace = namespace;
    }

    /** A line of stdin. A rate of 0 is as fast as it can. */
    private record Command(int count, int rate) {}

    public static void main(String[] arguments) throws IOException {
        RedisCluster cluster = AdapterMode.valueOf(arguments[0]).connect(arguments[1]);
        Engine engine = Engine.builder()
                .port(0)
                .pingInterval(Duration.ofMinutes(10))
                .cluster(cluster)
                .namespace("/")
                .on("m", (socket, values) -> Ack.empty())
                .start();
        cluster.awaitUp(Duration.ofSeconds(10));
        SpeedServer server = new SpeedServer(engine.namespace("/"));
        System.out.println(new Gson().toJson(Map.of("port", engine.port())));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            server.emit(new Gson().fromJson(line, Command.class));
        }
        System.exit(0);
    }

    private void emit(Command command) {
        long start = System.nanoTime();
        for (int i = 0; i < command.count; i++) {
            if (command.rate > 0) {
                long due = start + i * 1_000_000_000L / command.rate;
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
            }
            namespace.emit("m", ++emitted, System.nanoTime() / 1_000, PADDING);
        }
    }
}
