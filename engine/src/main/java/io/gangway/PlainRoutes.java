package io.gangway;

import com.google.gson.JsonParser;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Refusal;
import io.gangway.connection.UpgradeRequest;
import io.gangway.plain.PlainRoute;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.PlainCodec;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The routes of plain WebSockets while an engine is built, and the checks of their paths. Not thread-safe. */
final class PlainRoutes {
    /** Ends a path and a namespace that stand for all those below. */
    private static final String ANY = "*";

    private static final Pattern PATH = Pattern.compile("/|(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~!$&'()+,=:@-]+)*(/\\*)?");

    private final List<Definition> definitions = new ArrayList<>();

    private record Definition(String path, String namespace, PlainWebSocket options) {
        boolean isOpen() {
            return path.endsWith(ANY);
        }

        boolean matches(String requested) {
            return isOpen()
                    ? requested.length() >= path.length() && requested.startsWith(beforeAny(path))
                    : requested.equals(path);
        }

        /** The namespace onto which this path opens. */
        String namespaceOf(String requested) {
            return isOpen() ? beforeAny(namespace) + requested.substring(path.length() - 1) : namespace;
        }
    }

    private static String beforeAny(String text) {
        return text.substring(0, text.length() - ANY.length());
    }

    void add(String path, String namespace, Consumer<PlainWebSocket> choices) {
        if (!PATH.matcher(path).matches() || path.isEmpty()) {
            throw new IllegalArgumentException("plainWebSocket(" + Quoted.of(path) + ", ..): no request can have this "
                    + "path: write it like \"/ws/chat\", or like \"/ws/*\" for all paths below");
        }
        String normal = namespace.startsWith("/") ? namespace : "/" + namespace;
        if (path.endsWith(ANY) != normal.endsWith(ANY)) {
            throw new IllegalArgumentException("plainWebSocket(" + Quoted.of(path) + ", " + Quoted.of(namespace)
                    + "): write * at the end of both, as in (\"/ws/*\", \"/*\"), or of neither");
        }
        for (Definition other : definitions) {
            if (other.path.equals(path)) {
                throw new IllegalArgumentException("plainWebSocket(" + Quoted.of(path)
                        + ", ..): the route exists already, onto " + Quoted.of(other.namespace)
                        + "; give each namespace a path of its own");
            }
        }
        PlainWebSocket options = new PlainWebSocket();
        choices.accept(options);
        definitions.add(new Definition(path, normal, options));
    }

    /**
     * Checks what is known only when the engine is built.
     *
     * @param engine Socket.IO's path
     * @param namespaces whether there is, or may be, such a namespace
     */
    void check(String engine, Predicate<String> namespaces) {
        for (Definition route : definitions) {
            if (route.path.equals(engine) || route.path.startsWith(engine + "/")) {
                throw new IllegalArgumentException("plainWebSocket(" + Quoted.of(route.path)
                        + ", ..): Socket.IO serves " + Quoted.of(engine) + " and all below it; choose another path");
            }
            if (!route.isOpen() && !namespaces.test(route.namespace)) {
                throw new IllegalArgumentException("plainWebSocket(" + Quoted.of(route.path) + ", "
                        + Quoted.of(route.namespace) + "): there is no such namespace; add namespace("
                        + Quoted.of(route.namespace) + ", ..)");
            }
        }
    }

    /** Whether a route has this path. */
    boolean serve(String path) {
        return definitions.stream().anyMatch(route -> route.matches(path));
    }

    /** The routes: exact paths first, then the longest path that ends with {@code *}. */
    List<PlainRoute> routes(JsonBinding binding, Clients clients) {
        IdentityHashMap<PlainFormat, PlainCodec> codecs =
                new IdentityHashMap<>(); // one for all routes with the same format
        PlainCodec standard = new PlainCodec(binding);
        return definitions.stream()
                .sorted((one, other) -> one.isOpen() != other.isOpen()
                        ? Boolean.compare(one.isOpen(), other.isOpen())
                        : other.path.length() - one.path.length())
                .<PlainRoute>map(definition -> {
                    PlainFormat format = definition.options.format();
                    PlainCodec codec = format == null
                            ? standard
                            : codecs.computeIfAbsent(format, unused -> converting(binding, format));
                    return new Route(definition, codec, clients);
                })
                .toList();
    }

    private static PlainCodec converting(JsonBinding binding, PlainFormat format) {
        return new PlainCodec(
                binding,
                text -> format.read(text).toString(),
                text -> format.write(JsonParser.parseString(text).getAsJsonObject()));
    }

    private static final class Route implements PlainRoute {
        private final Definition definition;
        private final PlainCodec codec;
        private final Clients clients;
        private final ClientSettings settings;

        Route(Definition definition, PlainCodec codec, Clients clients) {
            this.definition = definition;
            this.codec = codec;
            this.clients = clients;
            this.settings = settings(definition.namespace());
        }

        private ClientSettings settings(String namespace) {
            return clients.settings().ofRoute(new Codecs(codec, codec), namespace);
        }

        @Override
        public boolean matches(String path) {
            return definition.matches(path);
        }

        @Override
        public @Nullable String tokenParameter() {
            return definition.options().tokenParameter();
        }

        @Override
        public @Nullable Refusal refuse(UpgradeRequest request) {
            return clients.refuse(request, ClientKind.PLAIN);
        }

        @Override
        public ConnectionListener accept(Connection connection, String path, @Nullable String token) {
            Client client =
                    clients.accept(connection, definition.isOpen() ? settings(definition.namespaceOf(path)) : settings);
            client.join(codec.connect(token == null ? Map.of() : Map.of("token", token)));
            return client;
        }
    }
}
