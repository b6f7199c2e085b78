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
 * What the clients say has arrived. Confined to one thread after {@link #accept}.
 *
 * <p>Read by a blocking read and nothing else: the server under test pays for it.
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
     * @param patience after how long a standstill what was emitted is lost
     */
    public static Receipts open(Duration patience) {
        try {
            return new Receipts(
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    patience);
        } catch (IOException failure) {
            throw new UncheckedIOException("no port of 127.0.0.1 can be had for the receipts", failure);
        }
    }

    public int port() {
        return door.socket().getLocalPort();
    }

    /** Waits for the clients of the next load. */
    public void accept() {
        try {
            hangUp();
            line = door.accept();
            receipt.clear();
            everywhere = 0;
            done = 0;
            stepAt = System.nanoTime();
        } catch (IOException failure) {
            throw new UncheckedIOException("no client came to give receipts", failure);
        }
    }

    /**
     * Waits for the next receipt and tells how many operations are done since the one before; 0 is possible.
     *
     * @throws LoadFailure if there are no clients any more, or if nothing has been done for so long
     */
    public long await() {
        SocketChannel open = line;
        if (open == null) {
            throw new IllegalStateException("no clients were accepted");
        }
        try {
            while (receipt.hasRemaining()) {
                if (open.read(receipt) < 0) {
                    throw new LoadFailure("the clients have gone; what they say last is why");
                }
            }
        } catch (IOException broken) {
            throw new LoadFailure("the clients' receipts cannot be read: " + broken, broken);
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
            throw new LoadFailure("nothing has arrived for " + patience.toSeconds() + " s after " + done
                    + " operations: lost by the server");
        }
        return more;
    }

    /** After a pause: what was done meanwhile is told by nobody, and no standstill. */
    public void skipTo(long doneMeanwhile) {
        while (done < doneMeanwhile) {
            stepAt = System.nanoTime();
            await();
        }
        stepAt = System.nanoTime();
    }

    /** How many broadcasts had arrived at every client at the last receipt. */
    public long everywhere() {
        return everywhere;
    }

    /** How many operations were done at the last receipt. */
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
