package io.gangway.redis.mixed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Many clients that count events and do next to nothing else: stock ones would be slower than the servers that are
 * measured. They speak Engine.IO over WebSocket, and understand events in text frames without fragments.
 */
final class FrameCounter implements AutoCloseable {
    private static final byte[] UPGRADE = """
        GET /socket.io/?EIO=4&transport=websocket HTTP/1.1
        Host: localhost
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
        Sec-WebSocket-Version: 13

        """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    /** "40", masked with zeros. */
    private static final byte[] JOIN = {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, '4', '0'};

    private final Selector selector = Selector.open();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final Thread reader = new Thread(this::read, "frame counter");
    private volatile long events;
    private volatile long joined;
    /** Microseconds between emit and arrival, while they are asked for. */
    private volatile long[] latencies = {};

    private volatile int measured;

    private FrameCounter() throws IOException {}

    /** Connects this many clients, and waits until all are in the main namespace. */
    static FrameCounter connect(int port, int clients) {
        try {
            FrameCounter counter = new FrameCounter();
            for (int i = 0; i < clients; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                channel.write(ByteBuffer.wrap(UPGRADE));
                channel.configureBlocking(false);
                channel.register(counter.selector, SelectionKey.OP_READ, new Client());
                counter.channels.add(channel);
            }
            counter.reader.setDaemon(true);
            counter.reader.start();
            counter.await("clients", () -> counter.joined, clients);
            return counter;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** All events that came to any client. */
    long events() {
        return events;
    }

    void awaitEvents(long count) {
        await("events", () -> events, count);
    }

    /** From now on keeps the latencies of this many events. */
    void measure(int count) {
        measured = 0;
        latencies = new long[count];
    }

    /** The latencies in microseconds, in order of size, once there are as many as were asked for. */
    long[] latencies() {
        await("latencies", () -> measured, latencies.length);
        long[] sorted = latencies.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private interface Count {
        long now();
    }

    private void await(String what, Count count, long expected) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (count.now() < expected) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(count.now() + " of " + expected + " " + what + " have come");
            }
            LockSupport.parkNanos(100_000);
        }
    }

    private void read() {
        try {
            while (selector.isOpen()) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    ((Client) key.attachment()).read((SocketChannel) key.channel(), this);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException | ClosedSelectorException closed) {
            // The measurement is over, or fails because nothing comes any more.
        }
    }

    /** Only the reader calls it. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void onText(ByteBuffer payload) {
        int kind = payload.remaining() < 2
                ? 0
                : payload.get(payload.position()) * 256 + payload.get(payload.position() + 1);
        if (kind == '4' * 256 + '2') {
            if (measured < latencies.length) {
                latencies[measured] = System.nanoTime() / 1_000 - emittedMicros(payload);
                measured++;
            }
            events++;
        } else if (kind == '4' * 256 + '0') {
            joined++;
        }
    }

    /** Of 42["m",7,1234567,"xxx"]. */
    private static long emittedMicros(ByteBuffer payload) {
        int at = payload.position();
        for (int commas = 0; commas < 2; at++) {
            commas += payload.get(at) == ',' ? 1 : 0;
        }
        long micros = 0;
        for (byte digit = payload.get(at); digit >= '0' && digit <= '9'; digit = payload.get(++at)) {
            micros = micros * 10 + digit - '0';
        }
        return micros;
    }

    @Override
    public void close() {
        try {
            selector.close();
            for (SocketChannel channel : channels) {
                channel.close();
            }
            reader.join();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** One connection; confined to the reader. */
    private static final class Client {
        private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        private boolean upgraded;

        void read(SocketChannel channel, FrameCounter counter) throws IOException {
            if (channel.read(buffer) < 0) {
                throw new IOException("the server has closed a connection");
            }
            buffer.flip();
            if (!upgraded) {
                upgrade(channel);
            }
            while (upgraded && frame(counter)) {}
            buffer.compact();
        }

        private void upgrade(SocketChannel channel) throws IOException {
            for (int i = buffer.position(); i + 4 <= buffer.limit(); i++) {
                if (buffer.getInt(i) == 0x0d0a0d0a) {
                    buffer.position(i + 4);
                    upgraded = true;
                    channel.write(ByteBuffer.wrap(JOIN));
                    return;
                }
            }
        }

        private boolean frame(FrameCounter counter) {
            if (buffer.remaining() < 2) {
                return false;
            }
            int start = buffer.position();
            int length = buffer.get(start + 1);
            int header = length == 126 ? 4 : 2;
            if (buffer.remaining() < header) {
                return false;
            }
            length = length == 126 ? buffer.getShort(start + 2) & 0xffff : length;
            if (buffer.remaining() < header + length) {
                return false;
            }
            int limit = buffer.limit();
            buffer.position(start + header).limit(start + header + length);
            counter.onText(buffer);
            buffer.limit(limit).position(start + header + length);
            return true;
        }
    }
}
