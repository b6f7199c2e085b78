package io.gangway.benchmarks.servers;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * The resources this process has used so far.
 *
 * @param cpuNanos user and system time of all threads, including compilers and collectors
 * @param allocatedBytes the bytes allocated by Java threads; -1 if unknown
 */
public record Spent(long cpuNanos, long allocatedBytes) {

    /**
     * Measures repeatedly, because the allocation of threads that ended between two measurements is lost. Thread-safe.
     */
    public static final class Meter {
        private final OperatingSystemMXBean process =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        private final boolean tellsAllocation;
        private final ThreadMXBean threads;
        private final Map<Long, Long> ofThread = new HashMap<>();
        private long allocated;

        public Meter() {
            threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            tellsAllocation = threads.isThreadAllocatedMemorySupported();
        }

        public synchronized Spent look() {
            return new Spent(process.getProcessCpuTime(), tellsAllocation ? allocated() : -1);
        }

        private long allocated() {
            long[] ids = threads.getAllThreadIds();
            long[] bytes = threads.getThreadAllocatedBytes(ids);
            Map<Long, Long> before = Map.copyOf(ofThread);
            ofThread.clear();
            for (int i = 0; i < ids.length; i++) {
                if (bytes[i] >= 0) {
                    allocated += bytes[i] - before.getOrDefault(ids[i], 0L);
                    ofThread.put(ids[i], bytes[i]);
                }
            }
            return allocated;
        }
    }
}
