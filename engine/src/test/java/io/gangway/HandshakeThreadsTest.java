package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a client that comes and goes wakes no thread for. */
class HandshakeThreadsTest {
    @Test
    void aClientThatNobodySeesOffTakesNoHandlersThreadWhenItLeaves() {
        ExecutorService handlers = Executors.newSingleThreadExecutor();
        AtomicInteger turns = new AtomicInteger();
        AtomicInteger rooms = new AtomicInteger();
        try (Engine engine = Engine.builder()
                .port(0)
                .executor(turn -> {
                    turns.incrementAndGet();
                    handlers.execute(turn);
                })
                .namespace("/")
                .onConnect(socket -> rooms.set(socket.rooms().size()))
                .start()) {
            RawClient client = RawClient.join(engine.port());
            Socket socket = engine.namespace("/").sockets().iterator().next();
            client.close();
            Eventually.equal(Set.of(), socket::rooms);
            Eventually.holds("left", () -> engine.namespace("/").sockets().isEmpty());
            assertEquals(1, rooms.get());
            assertEquals(1, turns.get(), "one for the CONNECT");
        } finally {
            handlers.shutdown();
        }
    }
}
