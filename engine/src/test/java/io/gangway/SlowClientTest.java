package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * A client that does not read costs itself its connection and the others nothing. The long form, 999 readers and 1,000
 * broadcasts of 64 KB, is {@code mvn -B -pl engine test -Dtest=SlowClientTest -Dgangway.long=true}.
 */
class SlowClientTest {
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int READERS = LONG ? 999 : 49;
    private static final int BROADCASTS = LONG ? 1_000 : 200;
    private static final int BYTES = 64 * 1024;
    private static final int WINDOW = 4;

    @Test
    void aClientThatNeverReadsIsCutWhileTheOthersReceiveEverythingInOrder() throws Exception {
        BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
        try (Engine engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onDisconnect((socket, reason) -> reasons.add(reason))
                .start()) {
            List<Reader> readers = new ArrayList<>();
            try (Socket silent = RawWebSocket.join(engine.port(), 4 * 1024)) {
                for (int i = 0; i < READERS; i++) {
                    readers.add(new Reader(engine.port()));
                }
                Eventually.equal(
                        READERS + 1, () -> engine.namespace("/").sockets().size());

                String padding = "x".repeat(BYTES);
                for (int i = 0; i < BROADCASTS; i++) {
                    engine.namespace("/").emit("broadcast", i, padding);
                    // Each that reads has taken all but the last few: none of them is slow, however fast we are.
                    awaitAll(readers, i + 1 - WINDOW);
                }
                assertEquals(DisconnectReason.SLOW_CLIENT, reasons.poll(10, TimeUnit.SECONDS));
                assertEquals("slow client", DisconnectReason.SLOW_CLIENT.toString());
                for (Reader reader : readers) {
                    assertEquals(BROADCASTS, reader.finish(), reader.problem());
                }
                assertEquals(List.of(), List.copyOf(reasons), "nobody else was cut");
                assertEquals(false, silent.isClosed());
            }
        }
    }

    private static void awaitAll(List<Reader> readers, int broadcasts) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        for (Reader reader : readers) {
            while (reader.received.get() < broadcasts) {
                assertEquals("", reader.problem());
                assertTrue(System.nanoTime() - deadline < 0, "a reader has " + reader.received + " of " + broadcasts);
                LockSupport.parkNanos(100_000);
            }
        }
    }

    /** Reads on a thread of its own, and checks the numbers. */
    private static final class Reader {
        private final Socket socket;
        private final Thread thread;
        private final AtomicInteger received = new AtomicInteger();
        private volatile String problem = "";

        Reader(int port) throws IOException {
            socket = RawWebSocket.join(port, 0);
            thread = new Thread(this::run, "reader");
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            try {
                while (received.get() < BROADCASTS) {
                    String packet = RawWebSocket.read(socket);
                    String expected = "42[\"broadcast\"," + received + ",";
                    if (!packet.startsWith(expected) || packet.length() != expected.length() + BYTES + 3) {
                        problem = "expected " + expected + " got " + packet.substring(0, Math.min(60, packet.length()));
                        return;
                    }
                    received.incrementAndGet();
                }
            } catch (IOException failure) {
                problem = failure.toString();
            }
        }

        int finish() throws InterruptedException {
            thread.join(TimeUnit.SECONDS.toMillis(60));
            return received.get();
        }

        String problem() {
            return problem;
        }
    }

    /** A WebSocket with nothing between it and the socket's buffers. */
    private static final class RawWebSocket {
        private RawWebSocket() {}

        static Socket join(int port, int receiveBuffer) throws IOException {
            Socket socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
            }
            socket.connect(new InetSocketAddress("localhost", port));
            socket.getOutputStream()
                    .write(("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
                                    + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder response = new StringBuilder();
            while (!response.toString().endsWith("\r\n\r\n")) {
                response.append((char) in.read());
            }
            assertEquals("HTTP/1.1 101", response.substring(0, 12));
            assertEquals('0', read(socket).charAt(0));
            write(socket, "40");
            assertEquals("40{\"sid\"", read(socket).substring(0, 8));
            return socket;
        }

        /** One unfragmented text frame; pings of the heartbeat are answered. */
        static String read(Socket socket) throws IOException {
            InputStream in = socket.getInputStream();
            while (true) {
                int opcode = in.read() & 0x0f;
                int length = in.read();
                if (length == 126) {
                    length = in.read() << 8 | in.read();
                } else if (length == 127) {
                    in.skipNBytes(4);
                    length = in.read() << 24 | in.read() << 16 | in.read() << 8 | in.read();
                }
                String text = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
                if (opcode == 1 && text.equals("2")) {
                    write(socket, "3");
                } else if (opcode == 1) {
                    return text;
                } else {
                    throw new IOException("frame with opcode " + opcode);
                }
            }
        }

        /** A short text frame, masked with zeros. */
        static void write(Socket socket, String text) throws IOException {
            byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
            byte[] frame = new byte[6 + payload.length];
            frame[0] = (byte) 0x81;
            frame[1] = (byte) (0x80 | payload.length);
            System.arraycopy(payload, 0, frame, 6, payload.length);
            socket.getOutputStream().write(frame);
        }
    }
}
