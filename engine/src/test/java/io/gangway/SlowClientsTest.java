package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an application chooses for the clients that read more slowly than it emits. */
class SlowClientsTest {
    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private Engine engine;
    private RawClient client;

    @AfterEach
    void close() {
        client.close();
        engine.close();
    }

    /** A client with a small receive buffer, which reads only what the test takes. */
    private Socket start(SlowClients slowClients) throws IOException, InterruptedException {
        engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.maxBuffered(100_000))
                .plainWebSocket("/ws", "/")
                .namespace("/")
                .whenSlow(slowClients)
                .onConnect(sockets::add)
                .onDisconnect((socket, reason) -> reasons.add(reason))
                .start();
        java.net.Socket unconnected = new java.net.Socket();
        unconnected.setReceiveBufferSize(4 * 1024);
        client = RawClient.join(unconnected, engine.port());
        return sockets.take();
    }

    /** The texts until the event {@code end}. */
    private List<String> untilEnd() {
        List<String> texts = new ArrayList<>();
        for (String text = client.next(); !text.equals("42[\"end\"]"); text = client.next()) {
            assertEquals("42[", text.substring(0, 3), text);
            texts.add(text);
        }
        return texts;
    }

    @Test
    void emitLatestLeavesTheNewestValueOfEachKey() throws Exception {
        Socket socket = start(SlowClients.CLOSE);
        long most = 0;
        for (int i = 0; i < 100_000; i++) {
            engine.namespace("/").emitLatest("tick", "key " + i % 50, i % 50, i);
            most = Math.max(most, socket.bufferedBytes());
        }
        int frame = "2[\"tick\",49,99999]".length() + 64;
        int oneWrite = 64 * frame;
        assertTrue(most <= 51 * frame + oneWrite, most + " bytes waited");
        socket.whenSlow(SlowClients.CLOSE).emit("end");

        Map<Integer, Integer> values = new TreeMap<>();
        for (String text : untilEnd()) {
            String[] parts =
                    text.substring("42[\"tick\",".length(), text.length() - 1).split(",");
            Integer before = values.put(Integer.valueOf(parts[0]), Integer.valueOf(parts[1]));
            assertTrue(before == null || before < Integer.parseInt(parts[1]), text + " after " + before);
        }
        Map<Integer, Integer> newest = new TreeMap<>();
        for (int key = 0; key < 50; key++) {
            newest.put(key, 99_950 + key);
        }
        assertEquals(newest, values);
    }

    @Test
    void eachEventHasItsOwnKeysAndOtherEventsKeepTheirOrder() throws Exception {
        Socket socket = start(SlowClients.CLOSE);
        fill(socket);
        socket.emitLatest("price", "a", 1);
        socket.emit("between");
        socket.emitLatest("volume", "a", 2);
        engine.namespace("/").to(socket.id()).emitLatest("price", "a", 3);
        socket.emitLatest("price", "b", 4);
        socket.emit("end");
        List<String> texts = untilEnd();
        assertEquals(
                List.of("42[\"price\",3]", "42[\"between\"]", "42[\"volume\",2]", "42[\"price\",4]"),
                texts.stream().filter(text -> text.length() < 100).toList());
    }

    @Test
    void plainWebSocketsGetTheNewestValuesToo() throws Exception {
        start(SlowClients.CLOSE);
        java.net.Socket unconnected = new java.net.Socket();
        unconnected.setReceiveBufferSize(4 * 1024);
        try (RawClient plain = RawClient.joinPlain(unconnected, engine.port(), "/ws")) {
            Socket socket = sockets.take();
            fill(socket);
            for (int i = 0; i < 1_000; i++) {
                socket.emitLatest("tick", "a", i);
            }
            socket.emit("end");
            List<String> ticks = new ArrayList<>();
            for (String text = plain.next(); !text.equals("{\"event\":\"end\"}"); text = plain.next()) {
                if (text.length() < 100) {
                    ticks.add(text);
                }
            }
            assertEquals(List.of("{\"event\":\"tick\",\"data\":999}"), ticks);
        }
    }

    @Test
    void aSlowPlainWebSocketIsToldOrCutOff() throws Exception {
        start(SlowClients.CLOSE);
        java.net.Socket unconnected = new java.net.Socket();
        unconnected.setReceiveBufferSize(4 * 1024);
        try (RawClient plain = RawClient.joinPlain(unconnected, engine.port(), "/ws")) {
            Socket socket = sockets.take();
            String padding = "x".repeat(50_000);
            while (reasons.isEmpty()) {
                socket.emit("fill", padding);
            }
            assertEquals(DisconnectReason.SLOW_CLIENT, reasons.poll());
            String text = plain.next();
            while (text.startsWith("{\"event\":\"fill\"")) {
                text = plain.next();
            }
            // Cut off within a message, there is no place for a Close frame.
            assertTrue(Set.of("closed 1013 slow client", "end", "reset").contains(text), text);
        }
    }

    /** More than the buffers of both ends take, so that whatever follows waits. */
    private static void fill(Socket socket) {
        String padding = "x".repeat(1_000_000);
        for (int i = 0; i < 12; i++) {
            socket.whenSlow(SlowClients.CLOSE).emit("fill", padding);
        }
    }

    @Test
    void theOldestEventsAreDroppedAndNoneThatMustArrive() throws Exception {
        Socket socket = start(SlowClients.DROP_OLDEST);
        String padding = "x".repeat(10_000);
        for (int i = 0; i < 500; i++) {
            socket.emit("state", i, padding);
            if (i % 100 == 0) {
                socket.whenSlow(SlowClients.CLOSE).emit("must", i);
            }
            assertTrue(socket.bufferedBytes() < 250_000, socket.bufferedBytes() + " bytes wait");
        }
        socket.whenSlow(SlowClients.CLOSE).emit("end");
        List<Integer> states = new ArrayList<>();
        List<String> musts = new ArrayList<>();
        for (String text : untilEnd()) {
            if (text.startsWith("42[\"must\"")) {
                musts.add(text);
            } else {
                states.add(Integer.valueOf(text.split(",")[1]));
            }
        }
        assertEquals(
                List.of("0", "100", "200", "300", "400"),
                musts.stream().map(SlowClientsTest::number).toList());
        assertTrue(states.size() < 400, states.size() + " arrived");
        assertEquals(states.stream().sorted().toList(), states);
        assertEquals(499, states.get(states.size() - 1));
        assertEquals(List.of(), List.copyOf(reasons));
    }

    private static String number(String text) {
        return text.replaceAll("\\D+(\\d+)]", "$1").substring(2);
    }

    @Test
    void aNamespaceMayDropWhatCannotBeWrittenAtOnce() throws Exception {
        Socket socket = start(SlowClients.DROP_NEWEST);
        fill(socket);
        socket.emit("dropped");
        engine.namespace("/").emit("dropped");
        engine.namespace("/").whenSlow(SlowClients.CLOSE).emit("kept");
        socket.whenSlow(SlowClients.CLOSE).emit("end");
        List<String> texts = untilEnd();
        assertEquals(
                List.of("42[\"kept\"]"),
                texts.stream().filter(text -> text.length() < 100).toList());
    }
}
