package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Reports arrivals to the server as two numbers: the broadcasts that have reached every client, and the completed
 * operations.
 *
 * <p>Broadcasts are reported at once, because the server waits for them; other operations some hundred times per
 * second, because reading costs the server time. A report is also sent when nothing has changed for a while, so that
 * the server knows that the clients are alive.
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
                throw new LoadFailure("the server has closed the receipts connection", gone);
            }
            toldEverywhere = everywhere;
            toldDone = done;
            toldAt = now;
            receipts++;
        }
    }

    /** The number of receipts sent. */
    long receipts() {
        return receipts;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
