package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The clients of one server on one selector. Confined to the thread that calls {@link #turn}. */
final class Swarm implements AutoCloseable {
    private static final Traffic NONE = new Traffic() {};
    private static final int SHAKING_HANDS = 64; // maximum number of simultaneous handshakes
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    /** A source address has some 28,000 ports, each of which stays occupied for a minute after its use. */
    private static final int CONNECTIONS_PER_ADDRESS = 8000;

    private static final boolean LOOPBACK_IS_A_NETWORK =
            System.getProperty("os.name").equals("Linux");
    private static long connections; // of this process, so that no source address runs out of ports

    private final int port;
    private final byte[] upgradeRequest;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 18);
    private final List<Client> clients = new ArrayList<>();
    private final Set<Client> passing = new HashSet<>();

    private Traffic traffic = NONE;
    private int joined; // of the permanent clients
    private int open;
    private int passed;
    private long reads;
    private long writes;
    private long now = System.nanoTime();

    Swarm(int port) throws IOException {
        this.port = port;
        this.selector = Selector.open();
        this.upgradeRequest = ("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Connects clients until {@code size} have joined. */
    void grow(int size) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (joined < size) {
            while (clients.size() < size && clients.size() - joined < SHAKING_HANDS) {
                clients.add(connect(clients.size()));
            }
            turn(100);
            if (System.nanoTime() > end) {
                throw new LoadFailure("only " + joined + " of " + size + " clients joined within 30 s");
            }
        }
    }

    /** Starts a temporary client; {@link Traffic#joined} is called when it has joined. */
    void connectPassing() throws IOException {
        passing.add(connect(clients.size() + passed++));
    }

    boolean isPassing(Client client) {
        return passing.contains(client);
    }

    private Client connect(int index) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (LOOPBACK_IS_A_NETWORK) {
            channel.bind(new InetSocketAddress(sourceAddress(connections++), 0));
        }
        channel.connect(new InetSocketAddress(loopback(0, 0, 1), port));
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        Client client = new Client(this, index, channel, key, System.nanoTime());
        key.attach(client);
        open++;
        return client;
    }

    private static InetAddress sourceAddress(long connection) throws UnknownHostException {
        long block = connection / CONNECTIONS_PER_ADDRESS;
        long process = ProcessHandle.current().pid() % 250;
        return loopback((int) process + 1, (int) (block % 250), 1);
    }

    private static InetAddress loopback(int second, int third, int fourth) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, (byte) second, (byte) third, (byte) fourth});
    }

    /** Closes all clients, and waits until the server has closed them too. */
    void shrink() throws IOException {
        traffic = NONE;
        for (Client client : all()) {
            if (!client.isGone()) {
                client.leave();
            }
        }
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (open > 0) {
            turn(100);
            if (System.nanoTime() > end) {
                throw new LoadFailure("the server did not close " + open + " clients within 30 s");
            }
        }
    }

    private List<Client> all() {
        List<Client> all = new ArrayList<>(clients);
        all.addAll(passing);
        return all;
    }

    /** Resets the counts of the previous load. */
    void begin(Traffic next) {
        traffic = next;
        for (Client client : clients) {
            client.received = 0;
        }
    }

    /** Handles arrived data, waiting at most {@code millis} for it; 0 does not wait. */
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
            throw new LoadFailure(client + " lost its connection: " + broken, broken);
        }
    }

    void joined(Client client) {
        if (!isPassing(client)) {
            joined++;
        }
        traffic.joined(client);
    }

    void left(Client client) {
        open--;
        passing.remove(client);
        traffic.left(client);
    }

    int port() {
        return port;
    }

    /** The permanent clients. */
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

    long writes() {
        return writes;
    }

    void wrote() {
        writes++;
    }

    /** Ends the wait in {@link #turn}; may be called on any thread. */
    void wakeUp() {
        selector.wakeup();
    }

    /** When the client being handled became ready. */
    long now() {
        return now;
    }

    @Override
    public void close() throws IOException {
        for (Client client : all()) {
            client.abandon();
        }
        selector.close();
    }
}
