package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gangway.clients.RawClient;
import io.gangway.testing.Eventually;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a broadcast leaves for the garbage collector does not grow with the number of those who receive it. */
class BroadcastAllocationTest {
    private static final int SOCKETS = 1_000;
    private static final int WARM_UP = 100;
    private static final int BROADCASTS = 50;
    private static final int BYTES_PER_DELIVERY = 32;

    private static final String TEXT = "x".repeat(64);
    /** A WebSocket frame of at most 125 bytes: two bytes, then the packet. */
    private static final int FRAME = 2 + "42[\"message\",\"\"]".length() + TEXT.length();

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<RawClient> clients = new ArrayList<>();

    @Test
    void aDeliveryAllocatesNextToNothing() {
        try (Engine engine = Engine.builder()
                .port(0)
                .pingInterval(Duration.ofHours(1))
                .namespace("/")
                .start()) {
            try {
                for (int i = 0; i < SOCKETS; i++) {
                    clients.add(RawClient.join(engine.port()));
                }
                Eventually.equal(SOCKETS, () -> engine.namespace("/").sockets().size());
                broadcast(engine, WARM_UP);

                long before = allocatedByTheEngine();
                long byEmits = broadcast(engine, BROADCASTS);
                long all = byEmits + allocatedByTheEngine() - before;

                long each = all / (SOCKETS * BROADCASTS);
                assertTrue(each <= BYTES_PER_DELIVERY, each + " bytes for a delivery, " + byEmits + " of all by emit");
            } finally {
                for (RawClient client : clients) {
                    client.close();
                }
            }
        }
    }

    /** One broadcast after the other, each received by all; returns what the emits allocated on this thread. */
    private long broadcast(Engine engine, int times) {
        long allocated = 0;
        for (int i = 0; i < times; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            engine.namespace("/").emit("message", TEXT);
            allocated += threads.getCurrentThreadAllocatedBytes() - before;
            for (RawClient client : clients) {
                byte[] frame = client.read(FRAME);
                assertEquals((byte) ('4'), frame[2]);
            }
        }
        return allocated;
    }

    /** By all its threads; they are named after it. */
    private long allocatedByTheEngine() {
        long allocated = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("gangway")) {
                allocated += threads.getThreadAllocatedBytes(thread.getThreadId());
            }
        }
        return allocated;
    }
}
