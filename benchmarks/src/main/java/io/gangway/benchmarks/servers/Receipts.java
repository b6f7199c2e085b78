package io.gangway.benchmarks.servers;

import io.gangway.benchmarks.processes.LoadFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The arrivals that the clients report. Confined to one thread after {@link #accept}.
 *
 * <p>A single blocking read per receipt, because reading costs the measured server time.
 */
public final class Receipts implements AutoCloseable {
    private final ServerSocketChannel door;
    private final Duration patience;
    private final ByteBuffer receipt = ByteBuffer.allocateDirect(2 * Long.BYTES);

    private @Nullable SocketChannel line;
    private long everywhere;
    private long done;
    private long stepAt;

    private Receipts(ServerSocketChannel door, Duration patience) {
        this.door = door;
        this.patience = patience;
    }

    /**
     * Listens on a port of the loopback interface.
     *
     * @param patience how long nothing may arrive before emitted messages count as lost
     */
    public static Receipts open(Duration patience) {
        try {
            return new Receipts(
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    patience);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot open a port on 127.0.0.1 for the receipts", failure);
        }
    }

    public int port() {
        return door.socket().getLocalPort();
    }

    /** Waits until the next load's clients connect. */
    public void accept() {
        try {
            hangUp();
            line = door.accept();
            receipt.clear();
            everywhere = 0;
            done = 0;
            stepAt = System.nanoTime();
        } catch (IOException failure) {
            throw new UncheckedIOException("the clients did not connect to the receipts port", failure);
        }
    }

    /**
     * Waits for the next receipt and returns the number of operations completed since the previous one, possibly 0.
     *
     * @throws LoadFailure if the clients have disconnected, or if no operation completed within the patience
     */
    public long await() {
        SocketChannel open = line;
        if (open == null) {
            throw new IllegalStateException("no clients are connected: call accept() first");
        }
        try {
            while (receipt.hasRemaining()) {
                if (open.read(receipt) < 0) {
                    throw new LoadFailure("the clients have disconnected; their last message gives the reason");
                }
            }
        } catch (IOException broken) {
            throw new LoadFailure("cannot read the clients' receipts: " + broken, broken);
        }
        receipt.flip();
        everywhere = receipt.getLong();
        long now = receipt.getLong();
        receipt.clear();
        long more = now - done;
        done = now;
        if (more > 0) {
            stepAt = System.nanoTime();
        } else if (System.nanoTime() - stepAt > patience.toNanos()) {
            throw new LoadFailure("no delivery for " + patience.toSeconds() + " s after " + done
                    + " operations: the server has lost messages");
        }
        return more;
    }

    /** Skips a pause: operations completed meanwhile are not reported, and do not count as a standstill. */
    public void skipTo(long doneMeanwhile) {
        while (done < doneMeanwhile) {
            stepAt = System.nanoTime();
            await();
        }
        stepAt = System.nanoTime();
    }

    /** The number of broadcasts that had arrived at every client at the last receipt. */
    public long everywhere() {
        return everywhere;
    }

    /** The number of operations completed at the last receipt. */
    public long done() {
        return done;
    }

    private void hangUp() throws IOException {
        if (line != null) {
            line.close();
            line = null;
        }
    }

    @Override
    public void close() {
        try {
            hangUp();
            door.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
