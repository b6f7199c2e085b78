package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.fail;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks Engine.IO packets over a WebSocket and shows what comes, word for word.
 *
 * <p>Text is the packet itself, such as {@code 42["hello"]}; a binary message is {@code binary 010203}; the end is
 * {@code closed 1000}. Pings are answered, and not shown, unless {@link #showPings} is called.
 */
public final class WireClient implements AutoCloseable, WebSocket.Listener {
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern CONNECTED = Pattern.compile("40(/[^,]*,)?\\{\"sid\":\"([\\w-]{20})\"}");

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private static final Pattern MASKED = Pattern.compile(
            "\\{\"status\":\"error\",\"message\":\"Internal server error\",\"data\":\\{\"errorId\":\"[\\w-]{20}\"}}");

    /** Done once the connection has ended, however that came. */
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final StringBuilder partialText = new StringBuilder();
    private ByteBuffer partialBinary = ByteBuffer.allocate(0);
    private volatile boolean pingsShown;
    private int pings; // guarded by this
    private long pinged = System.nanoTime(); // guarded by this: when the last ping came
    private long longestWithoutPing; // guarded by this
    private CompletableFuture<@Nullable WebSocket> sent = CompletableFuture.completedFuture(null); // guarded by this
    private boolean reading = true; // guarded by this
    private boolean demanded; // guarded by this: something came while nothing was to be read
    private @Nullable WebSocket webSocket;

    /** Opens a WebSocket session, with these headers, name and value in turn, and takes its open packet. */
    public static WireClient open(int port, String... headers) {
        WireClient client = connect(port, "/socket.io/?EIO=4&transport=websocket", headers);
        String open = client.next();
        assertEquals('0', open.charAt(0), open);
        return client;
    }

    /** Opens a WebSocket session and joins {@code /}. */
    public static WireClient join(int port) {
        WireClient client = open(port);
        client.joinNamespace("/");
        return client;
    }

    /** Opens a WebSocket and takes nothing from it yet. */
    public static WireClient connect(int port, String pathAndQuery, String... headers) {
        WireClient client = new WireClient();
        WebSocket.Builder opening = HTTP.newWebSocketBuilder().connectTimeout(PATIENCE);
        for (int i = 0; i < headers.length; i += 2) {
            opening.header(headers[i], headers[i + 1]);
        }
        client.webSocket = opening.buildAsync(URI.create("ws://localhost:" + port + pathAndQuery), client)
                .join();
        return client;
    }

    /** Joins a namespace and returns the id of the socket there. */
    public String joinNamespace(String namespace) {
        send(namespace.equals("/") ? "40" : "40" + namespace + ",");
        return expectConnected();
    }

    /** Takes the answer to a CONNECT and returns the id of the socket. */
    public String expectConnected() {
        String answer = next();
        Matcher matcher = CONNECTED.matcher(answer);
        if (!matcher.matches()) {
            fail("expected the answer to a CONNECT, got " + answer);
        }
        return matcher.group(2);
    }

    public WireClient showPings() {
        pingsShown = true;
        return this;
    }

    private synchronized void countPing() {
        longestWithoutPing = longestWithoutPing().toNanos();
        pinged = System.nanoTime();
        pings++;
    }

    /** How many pings have been answered. */
    public synchronized int pings() {
        return pings;
    }

    /** The longest time so far in which no ping came. */
    public synchronized Duration longestWithoutPing() {
        return Duration.ofNanos(Math.max(longestWithoutPing, System.nanoTime() - pinged));
    }

    public WireClient send(String packet) {
        return delivered(inTurn(() -> socket().sendText(packet, true)));
    }

    public WireClient send(byte[] bytes) {
        return delivered(inTurn(() -> socket().sendBinary(ByteBuffer.wrap(bytes), true)));
    }

    /**
     * What is sent when the connection has ended is lost, and that is no failure: the server may close it while a packet
     * is under way. The test takes the end as what came next.
     */
    private WireClient delivered(CompletableFuture<WebSocket> sending) {
        try {
            sending.join();
        } catch (CompletionException lost) {
            try {
                ended.copy()
                        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            } catch (CompletionException open) {
                lost.addSuppressed(open);
                throw lost;
            }
        }
        return this;
    }

    /** A WebSocket of the JDK refuses to send while it sends, and pongs are sent whenever a ping comes. */
    private synchronized CompletableFuture<WebSocket> inTurn(Supplier<CompletableFuture<WebSocket>> sending) {
        sent = sent.exceptionally(failed -> null).thenCompose(before -> sending.get());
        return sent;
    }

    /** The next packet, waited for. */
    public String next() {
        return next(PATIENCE);
    }

    /** The next packet, waited for so long: for what takes a server its time. */
    public String next(Duration patience) {
        try {
            String packet = received.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            assertNotNull(packet, () -> "nothing came within " + patience);
            return packet;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Asserts that the next packets are these, in this order. */
    public WireClient expect(String... packets) {
        for (String packet : packets) {
            assertEquals(packet, next());
        }
        return this;
    }

    /** Asserts that the next packet tells of a failure that is masked, between {@code before} and {@code after}. */
    public WireClient expectMasked(String before, String after) {
        String packet = next();
        String body = MASKED.matcher(packet).replaceFirst("MASKED");
        assertEquals(before + "MASKED" + after, body);
        return this;
    }

    /** Takes nothing more from the network, once what is under way has come. */
    public synchronized WireClient stopReading() {
        reading = false;
        return this;
    }

    /** Takes what has come meanwhile, and what comes. */
    public synchronized WireClient readOn() {
        reading = true;
        if (demanded) {
            demanded = false;
            socket().request(1);
        }
        return this;
    }

    private synchronized void demand(WebSocket from) {
        if (reading) {
            from.request(1);
        } else {
            demanded = true;
        }
    }

    /** Asserts that the server closes the connection next, with whatever code. */
    public void expectClosed() {
        String packet = next();
        if (!packet.startsWith("closed")) {
            fail("expected the connection to be closed, got " + packet);
        }
    }

    private WebSocket socket() {
        WebSocket open = webSocket;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }

    /** Closes the WebSocket as a client that goes. */
    @Override
    public void close() {
        socket().sendClose(WebSocket.NORMAL_CLOSURE, "").exceptionally(alreadyClosed -> null);
    }

    /** Breaks the TCP connection. */
    public void abort() {
        socket().abort();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partialText.append(data);
        if (last) {
            String packet = partialText.toString();
            partialText.setLength(0);
            if (packet.equals("2") && !pingsShown) {
                countPing();
                CompletableFuture<WebSocket> unused = inTurn(() -> from.sendText("3", true));
            } else {
                received.add(packet);
            }
        }
        demand(from);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        ByteBuffer whole = ByteBuffer.allocate(partialBinary.remaining() + data.remaining());
        whole.put(partialBinary).put(data).flip();
        partialBinary = whole;
        if (last) {
            byte[] bytes = new byte[whole.remaining()];
            whole.get(bytes);
            partialBinary = ByteBuffer.allocate(0);
            received.add("binary " + HexFormat.of().formatHex(bytes));
        }
        demand(from);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        received.add("closed " + code + (reason.isEmpty() ? "" : " " + reason));
        ended.complete(null);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        received.add("closed by " + error);
        ended.complete(null);
    }
}
