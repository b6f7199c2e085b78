package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.socket.client.Ack;
import io.socket.client.AckWithTimeout;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;

/** Stock Java clients, which speak through OkHttp. */
public final class OkHttpClients implements AutoCloseable {
    private final OkHttpClient http;
    private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();

    public OkHttpClients() {
        this(builder -> builder);
    }

    /** @param more what else the HTTP client is like */
    public OkHttpClients(UnaryOperator<OkHttpClient.Builder> more) {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequestsPerHost(64); // a poll takes one all the time
        http = more.apply(new OkHttpClient.Builder().dispatcher(dispatcher).readTimeout(1, TimeUnit.MINUTES))
                .build();
    }

    public RealClient open(int port, RealClient.Introduction introduction) {
        return open("http://localhost:" + port, introduction);
    }

    public RealClient open(String server, RealClient.Introduction introduction) {
        IO.Options options = new IO.Options();
        options.forceNew = true;
        options.callFactory = http;
        options.webSocketFactory = http;
        options.transports = introduction.via().transports().toArray(String[]::new);
        options.auth = introduction.auth();
        options.extraHeaders = new LinkedHashMap<>();
        introduction.headers().forEach((name, value) -> options.extraHeaders.put(name, List.of(value)));
        options.reconnectionDelay = introduction.reconnectionDelay().toMillis();
        options.randomizationFactor = 0.01; // 0 would be the standard one
        return new Client(IO.socket(URI.create(server + introduction.namespace()), options));
    }

    /** Ends all clients, so that the next test has none of them. */
    public void forget() {
        for (Socket socket = sockets.poll(); socket != null; socket = sockets.poll()) {
            socket.off();
            socket.io().reconnection(false);
            socket.disconnect();
        }
    }

    @Override
    public void close() {
        forget();
        http.dispatcher().executorService().shutdown();
    }

    /** One Java socket. */
    private final class Client extends RealClient {
        private final Socket socket;
        private final Semaphore closed = new Semaphore(0);

        Client(Socket socket) {
            this.socket = socket;
            sockets.add(socket);
            socket.io().on(Manager.EVENT_CLOSE, arguments -> closed.release());
            socket.on(Socket.EVENT_CONNECT, arguments -> happened("connect", List.of()));
            socket.on(Socket.EVENT_DISCONNECT, arguments -> happened("disconnect", Arrays.asList(arguments)));
            socket.on(Socket.EVENT_CONNECT_ERROR, arguments -> happened("connect_error", error(arguments[0])));
            socket.onAnyIncoming(this::onEvent);
            socket.connect();
        }

        private void onEvent(Object... arguments) {
            List<Object> values = new ArrayList<>(Arrays.asList(arguments));
            String event = (String) values.remove(0);
            Ack asked = !values.isEmpty() && values.get(values.size() - 1) instanceof Ack ack ? ack : null;
            if (asked != null) {
                values.remove(asked);
            }
            happened(event, decoded(values));
            if (asked != null && !isSilent(event, values)) {
                asked.call(encoded(values.toArray())); // a bare null would make it leave all of them out
            }
        }

        private boolean isSilent(String event, List<Object> values) {
            return event.startsWith("silent") || event.equals("all but") && values.contains(socket.id());
        }

        /** The message and the data, if any, as a JavaScript client has them. */
        private static List<@Nullable Object> error(Object error) {
            if (!(error instanceof JSONObject json)) {
                return List.of(String.valueOf(error));
            }
            return json.has("data")
                    ? Arrays.asList(json.optString("message"), decoded(json.opt("data")))
                    : List.of(json.optString("message"));
        }

        @Override
        public String id() {
            return socket.id();
        }

        @Override
        public void emit(String event, @Nullable Object... arguments) {
            socket.emit(event, encoded(arguments));
        }

        @Override
        public CompletableFuture<List<@Nullable Object>> call(String event, @Nullable Object... arguments) {
            CompletableFuture<List<@Nullable Object>> answer = new CompletableFuture<>();
            socket.emit(event, encoded(arguments), (Ack) values -> answer.complete(decoded(Arrays.asList(values))));
            return answer;
        }

        @Override
        public CompletableFuture<List<@Nullable Object>> call(
                Duration timeout, String event, @Nullable Object... arguments) {
            CompletableFuture<List<@Nullable Object>> answer = new CompletableFuture<>();
            socket.emit(event, encoded(arguments), new AckWithTimeout(timeout.toMillis()) {
                @Override
                public void onSuccess(Object... values) {
                    answer.complete(decoded(Arrays.asList(values)));
                }

                @Override
                public void onTimeout() {
                    answer.completeExceptionally(new TimeoutException("the client gave up"));
                }
            });
            return answer;
        }

        @Override
        public RealClient join(String namespace) {
            return new Client(socket.io().socket(namespace));
        }

        /** After the client's only socket was disconnected: before its connection is closed it would be mistaken for it. */
        @Override
        public void connect() {
            try {
                assertTrue(closed.tryAcquire(10, TimeUnit.SECONDS), "the connection before is still there");
                socket.connect();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }

        @Override
        public void disconnect() {
            socket.disconnect();
        }
    }

    private static Object[] encoded(@Nullable Object... arguments) {
        return Arrays.stream(arguments).map(OkHttpClients::encoded).toArray();
    }

    private static @Nullable Object encoded(@Nullable Object value) {
        try {
            if (value instanceof List<?> list) {
                JSONArray json = new JSONArray();
                list.forEach(inner -> json.put(encoded(inner)));
                return json;
            } else if (value instanceof Map<?, ?> map) {
                JSONObject json = new JSONObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.put((String) entry.getKey(), encoded(entry.getValue()));
                }
                return json;
            }
            return value == null ? JSONObject.NULL : value;
        } catch (JSONException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<@Nullable Object> decoded(List<?> values) {
        List<@Nullable Object> decoded = new ArrayList<>();
        values.forEach(value -> decoded.add(decoded(value)));
        return decoded;
    }

    private static @Nullable Object decoded(@Nullable Object value) {
        if (value instanceof JSONArray json) {
            List<@Nullable Object> decoded = new ArrayList<>();
            for (int i = 0; i < json.length(); i++) {
                decoded.add(decoded(json.opt(i)));
            }
            return decoded;
        } else if (value instanceof JSONObject json) {
            Map<String, @Nullable Object> decoded = new LinkedHashMap<>();
            for (Iterator<?> keys = json.keys(); keys.hasNext(); ) {
                String key = (String) keys.next();
                decoded.put(key, decoded(json.opt(key)));
            }
            return decoded;
        }
        // Later versions of the library have decimals as BigDecimal.
        return JSONObject.NULL.equals(value) ? null : value instanceof BigDecimal number ? number.doubleValue() : value;
    }
}
