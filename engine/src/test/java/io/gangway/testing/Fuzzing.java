package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Many inputs for one reader, each made from a seed of its own, that a failure names together with the input.
 *
 * <p>{@code -Dgangway.long=true} takes twenty times as many, {@code -Dgangway.seed=..} others.
 */
public final class Fuzzing {
    private static final long SEED = Long.getLong("gangway.seed", 20261126L);
    private static final int MANY = Boolean.getBoolean("gangway.long") ? 20 : 1;

    /** Of the thread's own time: a busy machine is no failure. */
    private static final long MOST_NANOS = Duration.ofMillis(500).toNanos();

    private static final long ALLOCATED_AT_LEAST = 256 * 1024;
    private static final long ALLOCATED_PER_CHARACTER = 1_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzzing() {}

    /** What is done with an input: it fails as the reader declares, which the caller handles, or not at all. */
    public interface Reading<T> {
        void read(T input) throws Exception;
    }

    /** Reads so many inputs; each may cost little time, and memory in proportion to its text. */
    public static <T> void each(int count, Function<Random, T> input, Reading<T> reading) {
        for (int i = 0; i < count * MANY; i++) {
            long seed = SEED + i;
            T made = input.apply(new Random(seed));
            String text = String.valueOf(made);
            Supplier<String> about = () -> "-Dgangway.seed=" + seed + ": " + escaped(text);
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long time = THREADS.getCurrentThreadCpuTime();
            try {
                reading.read(made);
            } catch (Throwable failure) {
                throw new AssertionError(about.get(), failure);
            }
            long nanos = THREADS.getCurrentThreadCpuTime() - time;
            long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            if (i > 100) { // once its classes are loaded
                assertTrue(nanos < MOST_NANOS, () -> nanos / 1_000_000 + " ms for " + about.get());
                assertTrue(
                        bytes < ALLOCATED_AT_LEAST + ALLOCATED_PER_CHARACTER * text.length(),
                        () -> bytes + " bytes for " + about.get());
            }
        }
    }

    /** One to {@code most} of these parts after each other, some of them damaged, and now and then a very long one. */
    public static String text(Random random, List<String> parts, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most) + 1; i > 0; i--) {
            String part = parts.get(random.nextInt(parts.size()));
            switch (random.nextInt(20)) {
                case 0 -> text.append(part.repeat(random.nextInt(2_000)));
                case 1 -> text.append((char) random.nextInt(0x3000));
                case 2 -> text.append(part, 0, random.nextInt(part.length() + 1));
                default -> text.append(part);
            }
        }
        return text.toString();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.substring(0, Math.min(text.length(), 2_000)).toCharArray()) {
            escaped.append(c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return escaped.toString();
    }
}
