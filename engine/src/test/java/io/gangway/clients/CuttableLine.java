package io.gangway.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The network between a client and a server, which breaks when the test says so: all connections are reset. */
final class CuttableLine implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final ServerSocket door;
    private final int server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    /** How many bytes the server may still send until the line breaks. */
    private final AtomicLong left = new AtomicLong(NEVER);

    CuttableLine(int server) {
        this.server = server;
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        daemon(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    /** Breaks now. */
    void cut() {
        open.forEach(CuttableLine::reset);
    }

    /** Breaks once the server has sent so many more bytes, in the middle of whatever that is. */
    void cutAfter(long bytes) {
        left.set(bytes);
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException alreadyClosed) {
            throw new UncheckedIOException(alreadyClosed);
        }
        cut();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
                open.add(client);
                open.add(behind);
                daemon(() -> forward(client, behind, false));
                daemon(() -> forward(behind, client, true));
            } catch (IOException closedOrNoServer) {
                continue;
            }
        }
    }

    private void forward(Socket from, Socket to, boolean counted) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                long rest = counted && left.get() != NEVER ? left.addAndGet(-read) : 0;
                out.write(buffer, 0, (int) Math.max(0, read + Math.min(0, rest)));
                if (rest < 0) {
                    left.set(NEVER);
                    cut();
                }
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            reset(from);
            reset(to);
        } finally {
            open.remove(from);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyClosed) {
            return;
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "cuttable-line");
        thread.setDaemon(true);
        thread.start();
    }
}
