package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A plain WebSocket. Text is shown as it is, the end as {@code closed 1008 words}; pings are answered and not shown.
 */
public final class PlainClient implements AutoCloseable, WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern CONNECTED =
            Pattern.compile("\\{\"event\":\"connect\",\"data\":\\{\"id\":\"([\\w-]{20})\"}}");

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private WebSocket webSocket;
    private String id = "";

    /** How a WebSocket is asked for. */
    @FunctionalInterface
    public interface Asking {
        WebSocket.Builder with(WebSocket.Builder builder);
    }

    private PlainClient() {}

    /** Opens a WebSocket and takes nothing from it yet. */
    public static PlainClient open(int port, String target, Asking asking) {
        PlainClient client = new PlainClient();
        client.webSocket = asking.with(HTTP.newWebSocketBuilder())
                .buildAsync(URI.create("ws://localhost:" + port + target), client)
                .join();
        return client;
    }

    /** Opens a WebSocket and takes the message that admits it. */
    public static PlainClient join(int port, String target) {
        PlainClient client = open(port, target, builder -> builder);
        client.connected();
        return client;
    }

    /** The HTTP status with which a WebSocket is refused. */
    public static int refusal(int port, String target, Asking asking) {
        try (PlainClient open = open(port, target, asking)) {
            return fail(open + " opened");
        } catch (CompletionException refused) {
            assertTrue(refused.getCause() instanceof WebSocketHandshakeException, () -> "" + refused);
            return ((WebSocketHandshakeException) refused.getCause())
                    .getResponse()
                    .statusCode();
        }
    }

    /** Takes the message that admits the client, and returns its socket's id. */
    public String connected() {
        String first = next();
        Matcher connected = CONNECTED.matcher(first);
        assertTrue(connected.matches(), first);
        id = connected.group(1);
        return id;
    }

    public String id() {
        return id;
    }

    public String subprotocol() {
        return webSocket.getSubprotocol();
    }

    public void send(String text) {
        webSocket.sendText(text, true).join();
    }

    public void sendBinary(byte... bytes) {
        webSocket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** The next message, or how the WebSocket ended. */
    public String next() {
        try {
            String next = received.poll(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertNotNull(next, "nothing came");
            return next;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            received.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        received.add(("closed " + code + " " + reason).strip());
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        received.add("broken");
    }

    @Override
    public void close() {
        webSocket.abort();
    }
}
