package io.gangway.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and a server on TCP and makes the network fail: {@link #freeze} lets nothing through and says
 * nothing, {@link #drop} resets what is open, {@link #refuse} resets what is newly opened, {@link #delay} is a long
 * way.
 */
public final class FaultProxy implements AutoCloseable {
    private final ServerSocket door;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean frozen;
    private volatile boolean refusing;
    private volatile boolean hidingEnds;
    private volatile long delayMillis;
    private final AtomicInteger accepted = new AtomicInteger();

    private FaultProxy(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    public static FaultProxy to(int port) {
        try {
            return new FaultProxy(port);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    public int port() {
        return door.getLocalPort();
    }

    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    /** Passes everything again. */
    public void pass() {
        refusing = false;
        delayMillis = 0;
        frozen = false;
    }

    /** Passes nothing in either direction, without closing anything; new connections are accepted. */
    public void freeze() {
        frozen = true;
    }

    /** Resets all open connections. */
    public void drop() {
        open.forEach(FaultProxy::reset);
    }

    /** Resets new connections. */
    public void refuse() {
        refusing = true;
    }

    /** Hides from the client that the server has closed a connection. */
    public void hideEnds() {
        hidingEnds = true;
    }

    /** Delays everything by so much. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /** How many connections were opened so far, whatever became of them. */
    public int accepted() {
        return accepted.get();
    }

    public int connections() {
        return open.size() / 2;
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException alreadyClosed) {
            throw new UncheckedIOException(alreadyClosed);
        }
        drop();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                accepted.incrementAndGet();
                if (refusing) {
                    reset(client);
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(server);
                daemon(() -> forward(client, server));
                daemon(() -> forward(server, client));
            } catch (IOException closedOrNoServer) {
                continue;
            }
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                LockSupport.parkNanos(delayMillis * 1_000_000);
                while (frozen && !from.isClosed() && !to.isClosed()) {
                    LockSupport.parkNanos(1_000_000);
                }
                out.write(buffer, 0, read);
            }
            while (hidingEnds && !to.isClosed()) {
                LockSupport.parkNanos(1_000_000);
            }
        } catch (IOException broken) {
            reset(from);
            reset(to);
        } finally {
            open.remove(from);
            open.remove(to);
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
        Thread thread = new Thread(work, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
