package io.gangway.clients;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Stock JavaScript clients, in a Node process of their own. */
public final class NodeClients implements AutoCloseable {
    private final Map<Long, Client> clients = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<List<@Nullable Object>>> calls = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final NodeProcess node = NodeProcess.start("client.js", this::onLine);

    public Client open(int port, RealClient.Introduction introduction) {
        return open("http://localhost:" + port, introduction, Map.of());
    }

    /** @param more options of socket.io-client */
    public Client open(String server, RealClient.Introduction introduction, Map<String, ?> more) {
        Map<String, Object> options = new HashMap<>(more);
        options.put("forceNew", true);
        options.put("transports", introduction.via().transports());
        options.put("auth", introduction.auth());
        options.put("extraHeaders", introduction.headers());
        options.put("reconnectionDelay", introduction.reconnectionDelay().toMillis());
        options.put("randomizationFactor", 0);
        return open(server + introduction.namespace(), options);
    }

    /** Opens a client as an application would, with options of socket.io-client. */
    public Client open(String url, Map<String, ?> options) {
        Client client = new Client(numbers.incrementAndGet());
        client.command("open", Map.of("url", url, "options", options));
        return client;
    }

    /** Whether Node has {@code ws}, the package, or {@code browser}, the WebSocket of browsers. */
    boolean hasPlain(String implementation) {
        CompletableFuture<List<@Nullable Object>> answer = new CompletableFuture<>();
        long call = numbers.incrementAndGet();
        calls.put(call, answer);
        node.send(Map.of("do", "hasPlain", "call", call, "implementation", implementation));
        return RealClient.answer(answer).contains(true);
    }

    /** Opens a plain WebSocket of one of these implementations. */
    public Client openPlain(int port, String path, String implementation) {
        return open("ws://localhost:" + port + path, Map.of("plain", implementation));
    }

    /** Ends all clients, so that the next test has none of them. */
    public void forget() {
        clients.values().forEach(client -> client.command("forget", Map.of()));
        clients.clear();
    }

    @Override
    public void close() {
        node.close();
    }

    private void onLine(Map<String, @Nullable Object> line) {
        if (line.get("call") instanceof Long number) {
            CompletableFuture<List<@Nullable Object>> call = calls.remove(number);
            if (call == null) {
                throw new IllegalStateException("a second answer to call " + number);
            }
            if (line.containsKey("error")) {
                call.completeExceptionally(new TimeoutException(String.valueOf(line.get("error"))));
            } else {
                call.complete(decoded((List<?>) line.get("answer")));
            }
            return;
        }
        Client client = clients.get((Long) line.get("socket"));
        if (client != null) {
            client.id = String.valueOf(line.get("id"));
            client.happened(String.valueOf(line.get("happened")), decoded((List<?>) line.get("values")));
        }
    }

    private static List<@Nullable Object> decoded(@Nullable List<?> values) {
        List<@Nullable Object> decoded = new ArrayList<>();
        if (values != null) {
            values.forEach(value -> decoded.add(decoded(value)));
        }
        return decoded;
    }

    private static @Nullable Object decoded(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return decoded(list);
        } else if (value instanceof Map<?, ?> map) {
            if (map.get("$binary") instanceof String hex) {
                return HexFormat.of().parseHex(hex);
            }
            Map<Object, @Nullable Object> decoded = new LinkedHashMap<>();
            map.forEach((key, inner) -> decoded.put(key, decoded(inner)));
            return decoded;
        }
        return value;
    }

    private static @Nullable Object encoded(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Map.of("$binary", HexFormat.of().formatHex(bytes));
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> encoded = new ArrayList<>();
            list.forEach(inner -> encoded.add(encoded(inner)));
            return encoded;
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> encoded = new LinkedHashMap<>();
            map.forEach((key, inner) -> encoded.put(key, encoded(inner)));
            return encoded;
        }
        return value;
    }

    /** One JavaScript socket. */
    public final class Client extends RealClient {
        private final long number;
        private volatile String id = "";

        private Client(long number) {
            this.number = number;
            clients.put(number, this);
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void emit(String event, @Nullable Object... arguments) {
            command("emit", event(event, arguments));
        }

        /** Emits with the client's flag of this name. */
        void emitVolatile(String event, @Nullable Object... arguments) {
            command("volatile", event(event, arguments));
        }

        /** Emits this many events, each of a number and some padding, in one turn of Node's loop. */
        void burst(String event, int count, int size) {
            command("burst", Map.of("event", event, "count", count, "size", size));
        }

        /** Whether the client says that it has got its session back. */
        public boolean recovered() {
            CompletableFuture<List<@Nullable Object>> answer = new CompletableFuture<>();
            long call = numbers.incrementAndGet();
            calls.put(call, answer);
            command("recovered", Map.of("call", call));
            return Boolean.TRUE.equals(RealClient.answer(answer).get(0));
        }

        @Override
        public CompletableFuture<List<@Nullable Object>> call(String event, @Nullable Object... arguments) {
            return call("call", Map.of(), event, arguments);
        }

        @Override
        public CompletableFuture<List<@Nullable Object>> call(
                Duration timeout, String event, @Nullable Object... arguments) {
            return call("callWithTimeout", Map.of("timeout", timeout.toMillis()), event, arguments);
        }

        /** The answer by {@code emitWithAck}. */
        CompletableFuture<List<@Nullable Object>> promise(String event, @Nullable Object... arguments) {
            return call("promise", Map.of(), event, arguments);
        }

        /** The answer to a client that was opened with the option {@code retries}. */
        CompletableFuture<List<@Nullable Object>> callWithRetries(String event, @Nullable Object... arguments) {
            return call("callWithRetries", Map.of(), event, arguments);
        }

        /** The same, but each try times out after this time; the client must be connected. */
        CompletableFuture<List<@Nullable Object>> callWithRetries(
                Duration timeout, String event, @Nullable Object... arguments) {
            return call("callWithRetries", Map.of("timeout", timeout.toMillis()), event, arguments);
        }

        private CompletableFuture<List<@Nullable Object>> call(
                String how, Map<String, ?> more, String event, @Nullable Object... arguments) {
            CompletableFuture<List<@Nullable Object>> answer = new CompletableFuture<>();
            long call = numbers.incrementAndGet();
            calls.put(call, answer);
            Map<String, @Nullable Object> command = event(event, arguments);
            command.put("call", call);
            command.putAll(more);
            command(how, command);
            return answer;
        }

        @Override
        public RealClient join(String namespace) {
            Client client = new Client(numbers.incrementAndGet());
            client.command("join", Map.of("beside", number, "namespace", namespace));
            return client;
        }

        @Override
        public void connect() {
            command("connect", Map.of());
        }

        @Override
        public void disconnect() {
            command("disconnect", Map.of());
        }

        private Map<String, @Nullable Object> event(String event, @Nullable Object... arguments) {
            List<@Nullable Object> values = new ArrayList<>();
            for (Object argument : arguments) {
                values.add(encoded(argument));
            }
            Map<String, @Nullable Object> command = new HashMap<>();
            command.put("event", event);
            command.put("values", values);
            return command;
        }

        private void command(String what, Map<String, ?> more) {
            Map<String, @Nullable Object> command = new HashMap<>(more);
            command.put("do", what);
            command.put("socket", number);
            node.send(command);
        }
    }
}
