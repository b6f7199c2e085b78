package io.gangway.benchmarks.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Clients of one server on one selector. Confined to the thread that turns it. */
final class Swarm implements AutoCloseable {
    private static final Traffic NONE = new Traffic() {};
    private static final int SHAKING_HANDS = 64; // at the same time
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    /** A source address has some 28,000 ports, each of them taken for a minute after its use. */
    private static final int CONNECTIONS_PER_ADDRESS = 8000;

    private static final boolean LOOPBACK_IS_A_NETWORK =
            System.getProperty("os.name").equals("Linux");
    private static long connections; // of this process, so that no source address is used up

    private final int port;
    private final byte[] upgradeRequest;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 18);
    private final List<Client> clients = new ArrayList<>();

    private Traffic traffic = NONE;
    private int joined;
    private int gone;
    private long reads;
    private long now = System.nanoTime();

    Swarm(int port) throws IOException {
        this.port = port;
        this.selector = Selector.open();
        this.upgradeRequest = ("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Connects until so many clients have joined. */
    void grow(int size) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (joined < size) {
            while (clients.size() < size && clients.size() - joined < SHAKING_HANDS) {
                connect();
            }
            turn(100);
            if (System.nanoTime() > end) {
                throw new LoadFailure("only " + joined + " of " + size + " clients have joined after 30 s");
            }
        }
    }

    /** Starts one more client; {@link Traffic#joined} tells when it is there. */
    void connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (LOOPBACK_IS_A_NETWORK) {
            channel.bind(new InetSocketAddress(sourceAddress(connections++), 0));
        }
        channel.connect(new InetSocketAddress(loopback(0, 0, 1), port));
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        Client client = new Client(this, clients.size(), channel, key, System.nanoTime());
        key.attach(client);
        clients.add(client);
    }

    private static InetAddress sourceAddress(long connection) throws UnknownHostException {
        long block = connection / CONNECTIONS_PER_ADDRESS;
        long process = ProcessHandle.current().pid() % 250;
        return loopback((int) process + 1, (int) (block % 250), 1);
    }

    private static InetAddress loopback(int second, int third, int fourth) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, (byte) second, (byte) third, (byte) fourth});
    }

    /** All clients say goodbye and wait for the server's. */
    void shrink() throws IOException {
        traffic = NONE;
        for (Client client : clients) {
            if (!client.isGone()) {
                client.leave();
            }
        }
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (gone < clients.size()) {
            turn(100);
            if (System.nanoTime() > end) {
                throw new LoadFailure("the server has not closed " + (clients.size() - gone) + " clients after 30 s");
            }
        }
    }

    /** Forgets what the load before has counted. */
    void begin(Traffic next) {
        traffic = next;
        for (Client client : clients) {
            client.received = 0;
        }
    }

    /** Handles what has come, and waits for it for so long; for 0 not at all. */
    void turn(long millis) throws IOException {
        if (millis == 0) {
            selector.selectNow(this::ready);
        } else {
            selector.select(this::ready, millis);
        }
    }

    private void ready(SelectionKey key) {
        Client client = (Client) key.attachment();
        reads++;
        now = System.nanoTime();
        try {
            client.ready(in);
        } catch (IOException broken) {
            throw new LoadFailure(client + " is broken: " + broken.getMessage(), broken);
        }
    }

    void joined(Client client) {
        joined++;
        traffic.joined(client);
    }

    void left(Client client) {
        gone++;
        traffic.left(client);
    }

    int port() {
        return port;
    }

    /** The clients, those that left included. */
    List<Client> clients() {
        return clients;
    }

    Traffic traffic() {
        return traffic;
    }

    byte[] upgradeRequest() {
        return upgradeRequest;
    }

    long reads() {
        return reads;
    }

    /** When the client that is being heard became ready. */
    long now() {
        return now;
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.abandon();
        }
        selector.close();
    }
}
