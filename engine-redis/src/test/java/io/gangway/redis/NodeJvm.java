package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The process of a {@link ClusterNode}, with a client that receives, and one that gives orders. */
final class NodeJvm implements AutoCloseable {
    private static final Pattern TICK = Pattern.compile("42\\[\"(tick|done)\",\"(\\w+)\",(\\d+)]");
    private static final Pattern QUESTION = Pattern.compile("42(\\d+)\\[\"question\"]");
    private static final Pattern ANSWER = Pattern.compile("43/orders,(\\d+)\\[\"?(.*?)\"?]");

    private final Process process;
    private WireClient listener;
    private WireClient orders;

    /** The numbers that came from each node, in the order they came. */
    private final Map<String, List<Integer>> ticks = new ConcurrentHashMap<>();
    /** How many numbers each node says it has sent. */
    private final Map<String, Integer> totals = new ConcurrentHashMap<>();

    private final Map<Integer, Order> orderedByNumber = new ConcurrentHashMap<>();
    private final Thread answerReader = new Thread(this::readAnswers, "answers");
    /** One for each order whose answer is to be read. */
    private final Semaphore awaited = new Semaphore(0);

    private record Order(String what, long since, CompletableFuture<Answer> answer) {}

    record Answer(String order, String answer, Duration took) {}

    private NodeJvm(Process process) {
        this.process = process;
    }

    /** Starts a process, and does not wait for it. */
    static NodeJvm start(String name, String key, RedisMode mode, Duration timeout) {
        try {
            return new NodeJvm(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                            ClusterNode.class.getName(),
                            name,
                            TestRedis.sharedUrl(),
                            key,
                            mode.name(),
                            String.valueOf(timeout.toMillis()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits until the node serves clients, and connects two. */
    NodeJvm connect() throws IOException, InterruptedException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String port = output.readLine();
        if (port == null) {
            throw new AssertionError("the node ended with " + process.waitFor());
        }
        listener = WireClient.join(Integer.parseInt(port));
        orders = WireClient.open(Integer.parseInt(port));
        orders.joinNamespace("/orders");
        answerReader.start();
        return this;
    }

    /** Stops the process while its connections stay open, like a machine that hangs. */
    void freeze() throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid())).start();
        assertEquals(0, kill.waitFor());
    }

    /** Kills it, like kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    }

    // ---- what its client receives

    /** Receives, and answers requests, until each of these nodes has said that it is done. */
    CompletableFuture<Void> listenUntilDone(Set<String> nodes) {
        return CompletableFuture.runAsync(
                () -> {
                    Set<String> talking = new HashSet<>(nodes);
                    while (!talking.isEmpty()) {
                        hear(listener.next(), talking);
                    }
                },
                task -> new Thread(task, "listener").start());
    }

    private void hear(String packet, Set<String> talking) {
        Matcher question = QUESTION.matcher(packet);
        Matcher tick = TICK.matcher(packet);
        if (question.matches()) {
            listener.send("43" + question.group(1) + "[\"answer\"]");
        } else if (!tick.matches()) {
            throw new AssertionError("unexpected: " + packet);
        } else if (tick.group(1).equals("tick")) {
            List<Integer> numbers = ticks.computeIfAbsent(tick.group(2), node -> new ArrayList<>());
            synchronized (numbers) {
                numbers.add(Integer.valueOf(tick.group(3)));
            }
        } else {
            totals.put(tick.group(2), Integer.valueOf(tick.group(3)));
            talking.remove(tick.group(2));
        }
    }

    List<Integer> ticksOf(String node) {
        List<Integer> numbers = ticks.getOrDefault(node, List.of());
        synchronized (numbers) {
            return List.copyOf(numbers);
        }
    }

    int totalOf(String node) {
        return totals.get(node);
    }

    // ---- orders

    /** Gives an order, and does not wait for the answer. */
    CompletableFuture<Answer> order(String event) {
        int number = orderedByNumber.size() + 1;
        Order order = new Order(event, System.nanoTime(), new CompletableFuture<>());
        orderedByNumber.put(number, order);
        orders.send("42/orders," + number + "[\"" + event + "\"]");
        awaited.release();
        return order.answer();
    }

    /** Gives an order and returns the answer to it. */
    String ask(String event) {
        return order(event).orTimeout(30, TimeUnit.SECONDS).join().answer();
    }

    private void readAnswers() {
        try {
            while (true) {
                awaited.acquire();
                String packet = orders.next();
                Matcher answer = ANSWER.matcher(packet);
                if (!answer.matches()) {
                    throw new AssertionError("unexpected: " + packet);
                }
                Order order = orderedByNumber.get(Integer.valueOf(answer.group(1)));
                Duration took = Duration.ofNanos(System.nanoTime() - order.since());
                order.answer().complete(new Answer(order.what(), answer.group(2), took));
            }
        } catch (InterruptedException | IllegalStateException closed) {
            // The test is over.
        } catch (AssertionError failure) {
            orderedByNumber.values().forEach(order -> order.answer().completeExceptionally(failure));
        }
    }

    /** Lets the process end, or kills it. */
    @Override
    public void close() throws Exception {
        answerReader.interrupt();
        process.getOutputStream().close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
