package io.gangway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.clients.RawClient;
import io.gangway.wire.Flood.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that all send the same flood, as fast as the server reads. One thread serves them all, so that they take no
 * CPU time from the clients that are to be disturbed by the server alone.
 */
final class Attackers implements AutoCloseable {
    private final Selector selector;
    private final Thread thread;
    private volatile boolean over;

    private Attackers() {
        try {
            selector = Selector.open();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        thread = new Thread(this::run, "attackers");
    }

    /** Opens so many connections, each with a session that nobody has admitted; {@link #begin} starts the flood. */
    static Attackers connect(int count, Flood flood, Route route, int port) throws IOException {
        Attackers attackers = new Attackers();
        List<byte[]> writes = flood.writes(route);
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("localhost", port));
            RawClient client = new RawClient(channel.socket());
            String session = "";
            if (route == Route.POLLING) {
                session = RawClient.POLLING + "&sid="
                        + client.get(RawClient.POLLING).sid();
            } else {
                client.write(RawClient.upgradeRequest(route == Route.PLAIN ? "/ws" : RawClient.WEBSOCKET));
                assertEquals(101, client.response().status());
                client.next();
            }
            channel.configureBlocking(false);
            channel.register(attackers.selector, 0, new Attacker(channel, writes, session));
        }
        return attackers;
    }

    void begin() {
        selector.keys().forEach(key -> key.interestOps(SelectionKey.OP_WRITE));
        thread.start();
    }

    private void run() {
        ByteBuffer answers = ByteBuffer.allocateDirect(64 * 1024);
        try {
            while (!over) {
                selector.select(key -> {
                    if (!((Attacker) key.attachment()).goOn(key, answers)) {
                        key.cancel();
                    }
                });
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        try {
            selector.wakeup();
            if (thread.isAlive()) {
                thread.join();
            }
            for (SelectionKey key : List.copyOf(selector.keys())) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** One connection. */
    private static final class Attacker {
        private final SocketChannel channel;
        private final List<ByteBuffer> rest = new ArrayList<>();
        private int next;

        Attacker(SocketChannel channel, List<byte[]> writes, String session) {
            this.channel = channel;
            for (byte[] bytes : writes) {
                if (!session.isEmpty() && bytes != Flood.AWAIT) {
                    int length = Math.max(bytes.length, bytes.length == Flood.HALF_A_BODY ? Flood.LARGE : 0);
                    rest.add(ByteBuffer.wrap(RawClient.head("POST", session, "Content-Length: " + length)
                            .getBytes(ISO_8859_1)));
                }
                rest.add(ByteBuffer.wrap(bytes));
            }
        }

        /** Writes, or takes the answer that is awaited; false if the server has ended or refused it. */
        private boolean goOn(SelectionKey key, ByteBuffer answers) {
            try {
                if (key.isReadable()) {
                    answers.clear();
                    if (channel.read(answers) < 0) {
                        channel.close();
                        return false;
                    }
                    answers.flip();
                    byte[] begin = new byte[Math.min(answers.remaining(), 10)];
                    answers.get(begin);
                    if (new String(begin, ISO_8859_1).startsWith("HTTP/1.1 4")) {
                        return false; // and the connection stays open
                    }
                    next++;
                }
                while (next < rest.size() && rest.get(next).capacity() > 0) {
                    ByteBuffer bytes = rest.get(next);
                    channel.write(bytes);
                    if (bytes.hasRemaining()) {
                        key.interestOps(SelectionKey.OP_WRITE);
                        return true;
                    }
                    next++;
                }
                key.interestOps(next < rest.size() ? SelectionKey.OP_READ : 0);
                return true;
            } catch (IOException | CancelledKeyException ended) {
                return false;
            }
        }
    }
}
