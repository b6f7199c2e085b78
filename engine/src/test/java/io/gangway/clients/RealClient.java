package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.gangway.Arguments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a stock client, whatever language that is written in.
 *
 * <p>It answers each event that asks for it with the event's own arguments, unless the event's name begins with
 * {@code silent}, or is {@code all but} and its argument the socket's id.
 * Arguments are plain Java, as in {@link Arguments#values()}; for comparing, {@link #shown} makes text of binary.
 */
public abstract class RealClient {
    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();

    /** What the client's application hears: connect, disconnect, connect_error, or an event. */
    public record Happening(String name, List<@Nullable Object> arguments) {}

    /** How a client gets to the server. */
    public enum Via {
        POLLING("polling"),
        WEBSOCKET("websocket"),
        UPGRADING("polling", "websocket");

        @SuppressWarnings("ImmutableEnumChecker") // List.of makes an immutable one
        private final List<String> transports;

        Via(String... transports) {
            this.transports = List.of(transports);
        }

        List<String> transports() {
            return transports;
        }

        /** The transport it is on in the end. */
        String destination() {
            return transports.get(transports.size() - 1);
        }
    }

    /**
     * How a client introduces itself.
     *
     * @param reconnectionDelay how long it waits before it comes again, twice that before the next time, and so on
     */
    public record Introduction(
            Via via,
            String namespace,
            Map<String, String> auth,
            Map<String, String> headers,
            Duration reconnectionDelay) {
        public static Introduction via(Via via) {
            return new Introduction(via, "/", Map.of(), Map.of(), Duration.ofMillis(50));
        }

        public Introduction namespace(String namespace) {
            return new Introduction(via, namespace, auth, headers, reconnectionDelay);
        }

        public Introduction auth(String name, String value) {
            return new Introduction(via, namespace, Map.of(name, value), headers, reconnectionDelay);
        }

        public Introduction header(String name, String value) {
            return new Introduction(via, namespace, auth, Map.of(name, value), reconnectionDelay);
        }

        public Introduction reconnectionDelay(Duration delay) {
            return new Introduction(via, namespace, auth, headers, delay);
        }
    }

    /** The socket's id, as the client knows it. */
    public abstract String id();

    public abstract void emit(String event, @Nullable Object... arguments);

    /** Emits, and gives the arguments of the callback. */
    public abstract CompletableFuture<List<@Nullable Object>> call(String event, @Nullable Object... arguments);

    /** Emits, and gives the arguments of the callback, or fails if the client gave up waiting. */
    public abstract CompletableFuture<List<@Nullable Object>> call(
            Duration timeout, String event, @Nullable Object... arguments);

    /** Joins another namespace on the same connection. */
    public abstract RealClient join(String namespace);

    public abstract void connect();

    public abstract void disconnect();

    public final void happened(String name, List<?> arguments) {
        happenings.add(new Happening(name, shown(arguments)));
    }

    /** What happens next, waited for. */
    public final Happening next() {
        try {
            Happening next = happenings.poll(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertNotNull(next, "nothing happened within " + WireClient.PATIENCE);
            return next;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** What has happened next, if something has. */
    public final Optional<Happening> poll() {
        return Optional.ofNullable(happenings.poll());
    }

    /** Asserts what happens next. */
    public final RealClient expect(String name, @Nullable Object... arguments) {
        assertEquals(new Happening(name, shown(Arrays.asList(arguments))), next());
        return this;
    }

    /** Asserts that the client connects next, however many attempts fail before. */
    public final RealClient expectConnectInTheEnd() {
        Happening happening = next();
        while (happening.name().equals("connect_error")) {
            happening = next();
        }
        assertEquals(new Happening("connect", List.of()), happening);
        return this;
    }

    /** The answer to a call, waited for. */
    public static List<@Nullable Object> answer(CompletableFuture<List<@Nullable Object>> call) {
        try {
            return shown(call.get(WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError(failure);
        }
    }

    /** The same values with {@code binary 010203} in place of byte arrays, which know no equality. */
    public static List<@Nullable Object> shown(List<?> values) {
        List<@Nullable Object> shown = new ArrayList<>();
        values.forEach(value -> shown.add(shown(value)));
        return shown;
    }

    private static @Nullable Object shown(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return "binary " + HexFormat.of().formatHex(bytes);
        } else if (value instanceof List<?> list) {
            return shown(list);
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> shown = new LinkedHashMap<>();
            map.forEach((key, inner) -> shown.put(key, shown(inner)));
            return shown;
        }
        return value instanceof Integer number ? Long.valueOf(number) : value;
    }
}
