package io.gangway.redis;

import io.gangway.redis.link.RedisConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A real Redis on a port of its own, without persistence, that can be stopped and started again.
 * Whatever happens, it ends with the JVM.
 */
public final class TestRedis implements AutoCloseable {
    private static final long STARTS_WITHIN_MILLIS = 10_000;
    private static TestRedis shared;

    private final int port;
    private final Path directory;
    private final List<String> arguments;
    private Process process;

    private TestRedis(int port, Path directory, List<String> arguments) {
        this.port = port;
        this.directory = directory;
        this.arguments = arguments;
    }

    /**
     * The URL of a Redis that tests share, so they leave it as it is and use key prefixes of their own:
     * {@code REDIS_URL} or
     * {@code -Dredis.url} if given.
     */
    public static synchronized String sharedUrl() {
        String given = System.getProperty("redis.url", System.getenv().getOrDefault("REDIS_URL", ""));
        if (!given.isEmpty()) {
            return given;
        }
        if (shared == null) {
            shared = start();
        }
        return shared.url();
    }

    /** The path of the redis-server, for tests that run it themselves; without one, as in {@link #start}. */
    public static Path binary() {
        return RedisBinary.path();
    }

    /** A Redis with further arguments, as on the command line: {@code start("--maxclients", "10")}. */
    public static TestRedis start(String... arguments) {
        return start(port -> List.of(arguments));
    }

    /** A node of a Redis Cluster that knows no other node yet. */
    public static TestRedis startClusterNode() {
        return start(
                "--cluster-enabled", "yes", "--cluster-node-timeout", "4000", "--cluster-replica-validity-factor", "0");
    }

    /** A replica of another Redis. */
    public static TestRedis startReplicaOf(TestRedis master) {
        return start("--replicaof", "127.0.0.1 " + master.port, "--repl-diskless-sync-delay", "0");
    }

    /** A Sentinel that watches a master, with a quorum of one, and takes it for dead after four seconds. */
    public static TestRedis startSentinel(String masterName, TestRedis master) {
        int port = freePort();
        Path directory = newDirectory();
        try {
            Path configuration =
                    Files.writeString(directory.resolve("sentinel.conf"), """
                    port %d
                    sentinel monitor %2$s 127.0.0.1 %3$d 1
                    sentinel down-after-milliseconds %2$s 4000
                    sentinel failover-timeout %2$s 2000
                    """.formatted(port, masterName, master.port));
            return new TestRedis(port, directory, List.of(configuration.toString(), "--sentinel")).run();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** A Redis that accepts TLS only. */
    public static TestRedis startTls(Path certificate, Path key) {
        return start(port -> List.of(
                "--tls-port",
                Integer.toString(port),
                "--port",
                "0",
                "--tls-auth-clients",
                "no",
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-ca-cert-file",
                certificate.toString()));
    }

    private static TestRedis start(Function<Integer, List<String>> further) {
        int port = freePort();
        List<String> arguments = new ArrayList<>(
                List.of("--port", Integer.toString(port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"));
        arguments.addAll(further.apply(port));
        return new TestRedis(port, newDirectory(), arguments).run();
    }

    public int port() {
        return port;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public HostAndPort address() {
        return new HostAndPort("127.0.0.1", port);
    }

    /** Kills it, like kill -9. */
    public void stop() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Stops the process: connections stay open, the kernel accepts new ones, and nothing replies. */
    public void freeze() {
        signal("-STOP");
    }

    /** Continues the process after {@link #freeze}. */
    public void thaw() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new AssertionError("kill " + name + " ended with " + status);
            }
        } catch (IOException notRun) {
            throw new UncheckedIOException(notRun);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Starts it again, empty, on the same port. */
    public void restart() {
        run();
    }

    /** An administrator's connection, such as for {@code admin().clientKill(..)}; to be closed. */
    public Jedis admin() {
        return new Jedis(
                address(),
                RedisConnection.resp2(DefaultJedisClientConfig.builder().timeoutMillis(5_000)));
    }

    /** Sends one command, as on redis-cli's command line. */
    public Object command(String name, String... arguments) {
        return command(port, name, arguments);
    }

    private static Object command(int port, String name, String... arguments) {
        try (Connection connection = new Connection("127.0.0.1", port)) {
            connection.setSoTimeout(10_000);
            return connection.executeCommand(
                    new redis.clients.jedis.CommandArguments(() -> name.getBytes(Protocol.CHARSET))
                            .addObjects((Object[]) arguments));
        }
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException leftBehind) {
            throw new UncheckedIOException(leftBehind);
        }
    }

    private TestRedis run() {
        List<String> line = new ArrayList<>(List.of(RedisBinary.path().toString()));
        line.addAll(arguments);
        Path log = directory.resolve("redis.log");
        try {
            process = new ProcessBuilder(line)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            ProcessHandle handle = process.toHandle();
            Runtime.getRuntime().addShutdownHook(new Thread(handle::destroyForcibly));
            awaitAnswer(log);
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
        return this;
    }

    private void awaitAnswer(Path log) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STARTS_WITHIN_MILLIS);
        while (true) {
            if (!process.isAlive()) {
                throw new AssertionError("redis-server " + arguments + " ended at once: " + Files.readString(log));
            }
            try {
                // With TLS only there is no plain port to ask; then the log tells.
                if (arguments.contains("--tls-port")
                        ? Files.readString(log).contains("Ready to accept connections")
                        : "PONG".equals(text(command("PING")))) {
                    return;
                }
            } catch (JedisException notYet) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("redis-server " + arguments + " does not answer", notYet);
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10); // between two queries to another process, which cannot notify this one
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    public static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, Protocol.CHARSET) : String.valueOf(reply);
    }

    /** A port that is free now, and whose companion, 10,000 above it, is free for the bus of a cluster. */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket one = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    ServerSocket other = new ServerSocket(port + 10_000, 1, InetAddress.getLoopbackAddress())) {
                return one.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("redis");
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** What PUBSUB NUMSUB returns for each channel. */
    public Map<String, Long> subscribers(String... channels) {
        try (Jedis admin = admin()) {
            return admin.pubsubNumSub(channels);
        }
    }

    @Override
    public String toString() {
        return url() + " " + Arrays.toString(arguments.toArray());
    }
}
