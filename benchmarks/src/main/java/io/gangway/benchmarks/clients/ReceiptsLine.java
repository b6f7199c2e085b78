package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Tells the server what has arrived: two numbers, the broadcasts that are everywhere and the operations that are done.
 *
 * <p>At once for a broadcast, since the server waits for that; the rest is told some hundred times a second, for the server
 * pays for reading it. And now and then in any case, so that the server knows that the clients are alive.
 */
final class ReceiptsLine implements AutoCloseable {
    private static final long BETWEEN_NANOS = 5_000_000;
    private static final long ALIVE_NANOS = 200_000_000;

    private final SocketChannel channel;
    private final ByteBuffer receipt = ByteBuffer.allocateDirect(2 * Long.BYTES);

    private long toldEverywhere;
    private long toldDone;
    private long toldAt = System.nanoTime();
    private long receipts;

    ReceiptsLine(int port) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    void report(long everywhere, long done, long now) {
        long silent = now - toldAt;
        if (everywhere != toldEverywhere || (done != toldDone && silent > BETWEEN_NANOS) || silent > ALIVE_NANOS) {
            try {
                channel.write(receipt.clear().putLong(everywhere).putLong(done).flip());
            } catch (IOException gone) {
                throw new LoadFailure("the server does not listen to what has arrived any more", gone);
            }
            toldEverywhere = everywhere;
            toldDone = done;
            toldAt = now;
            receipts++;
        }
    }

    /** How many were sent. */
    long receipts() {
        return receipts;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
