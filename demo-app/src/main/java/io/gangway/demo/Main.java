package io.gangway.demo;

import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.redis.RedisCluster;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the demo until the process is terminated. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);

    /** The exit code for invalid settings. */
    private static final int REFUSED = 2;

    /** How long to wait for Redis before warning; connecting normally takes a fraction of it. */
    private static final Duration UNTIL_TOLD = Duration.ofSeconds(1);

    private Main() {}

    public static void main(String[] arguments) {
        try {
            Demo demo = Demo.start(Settings.of(System.getenv()));
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "shutdown"));
            log.info("listening on http://localhost:{}", demo.port());
            demo.cluster().ifPresentOrElse(Main::tell, () -> log.info("no cluster: REDIS_URL is not set"));
        } catch (IllegalArgumentException | UncheckedIOException refused) {
            System.err.println(refused.getMessage());
            System.exit(REFUSED);
        }
    }

    /** Warns if Redis is not reached soon. The cluster itself logs when it is. */
    private static void tell(RedisCluster cluster) {
        try {
            cluster.awaitUp(UNTIL_TOLD);
        } catch (ClusterUnavailableException away) {
            log.warn("{}. Until it is reached, messages reach only the clients of this node", away.getMessage());
        }
    }
}
