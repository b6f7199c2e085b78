package io.gangway.testing;

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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and a server on TCP and makes the network fail: {@link #cut} resets what is open, {@link #refuse}
 * resets what is newly opened, {@link #freeze} lets nothing through and says nothing, {@link #delay} is a long way.
 */
public final class FaultProxy implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final ServerSocket door;
    private volatile int target;
    private final Set<Line> open = ConcurrentHashMap.newKeySet();
    private volatile boolean frozen;
    private volatile boolean refusing;
    private volatile boolean hidingEnds;
    private volatile long delayMillis;
    private final AtomicInteger accepted = new AtomicInteger();
    /** How many bytes servers may still send until all is cut. */
    private final AtomicLong left = new AtomicLong(NEVER);

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

    /** @param scheme such as {@code http} */
    public String url(String scheme) {
        return scheme + "://127.0.0.1:" + port();
    }

    /** Passes everything again. */
    public void pass() {
        refusing = false;
        delayMillis = 0;
        frozen = false;
    }

    /** Leads new connections to another server. */
    public void lead(int port) {
        target = port;
    }

    /** Passes nothing in either direction, without closing anything; new connections are accepted. */
    public void freeze() {
        frozen = true;
    }

    /** Resets all open connections. */
    public void cut() {
        open.forEach(Line::reset);
    }

    /** Resets the clients' ends alone: no server notices. */
    public void cutUnnoticed() {
        open.forEach(Line::strand);
    }

    /** Resets them once servers have sent so many more bytes, in the middle of whatever that is. */
    public void cutAfter(long bytes) {
        left.set(bytes);
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
        return open.size();
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
                accepted.incrementAndGet();
                if (refusing) {
                    reset(client);
                    continue;
                }
                connect(client);
            } catch (IOException closed) {
                continue;
            }
        }
    }

    private void connect(Socket client) {
        try {
            Line line = new Line(client, new Socket(InetAddress.getLoopbackAddress(), target));
            open.add(line);
            daemon(line::toServer);
            daemon(line::toClient);
        } catch (IOException noServer) {
            reset(client);
        }
    }

    /** One client's connection, and the server's behind it. */
    private final class Line {
        private final Socket client;
        private final Socket server;
        private final AtomicInteger ends = new AtomicInteger();
        private volatile boolean stranded;

        Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void toServer() {
            forward(client, server);
        }

        void toClient() {
            forward(server, client);
        }

        private void forward(Socket from, Socket to) {
            byte[] buffer = new byte[65_536];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    LockSupport.parkNanos(delayMillis * 1_000_000);
                    while (frozen && !from.isClosed() && !to.isClosed()) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    long rest = from == server && left.get() != NEVER ? left.addAndGet(-read) : 0;
                    out.write(buffer, 0, (int) Math.max(0, read + Math.min(0, rest)));
                    if (rest < 0) {
                        left.set(NEVER);
                        cut();
                    }
                }
                while (hidingEnds && !to.isClosed()) {
                    LockSupport.parkNanos(1_000_000);
                }
                to.shutdownOutput();
                if (ends.incrementAndGet() == 2) {
                    open.remove(this);
                    from.close();
                    to.close();
                }
            } catch (IOException broken) {
                if (!stranded) {
                    reset();
                }
            }
        }

        void strand() {
            stranded = true;
            FaultProxy.reset(client);
        }

        void reset() {
            open.remove(this);
            FaultProxy.reset(client);
            FaultProxy.reset(server);
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
