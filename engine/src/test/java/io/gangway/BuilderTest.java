package io.gangway;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.ExclusionStrategy;
import com.google.gson.FieldAttributes;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.InstanceCreator;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.TypeAdapter;
import com.google.gson.annotations.Expose;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import com.sun.net.httpserver.Filter;
import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.AbstractQueue;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever cannot work is refused while the engine is built, in words that say what to do. */
class BuilderTest {
    private static final EventHandler<Arguments> HANDLER = (socket, arguments) -> Ack.empty();

    private static void assertRefused(String message, Executable step) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, step).getMessage());
    }

    private static NamespaceBuilder chat() {
        return Engine.builder().port(0).namespace("/chat");
    }

    // ---- handlers

    @Test
    void aSecondHandlerForAnEventIsRefused() {
        String message =
                "event \"message\" of namespace /chat has a handler already: only one can answer; onAny hears it"
                        + " besides";
        assertRefused(message, () -> chat().on("message", HANDLER).on("message", HANDLER));
        assertRefused(
                message, () -> chat().on("message", HANDLER).namespace("chat").on("message", HANDLER));
        assertRefused(
                message,
                () -> Engine.builder()
                        .namespace("/chat", gateway -> gateway.on("message", HANDLER))
                        .namespace(
                                "/chat",
                                gateway -> gateway.on("message", String.class, (socket, text) -> Ack.empty())));
        assertRefused(
                "event \"x\" of namespace /room-\\d+ has a handler already: only one can answer; onAny hears it"
                        + " besides",
                () -> Engine.builder()
                        .namespaces(
                                Pattern.compile("/room-\\d+"),
                                gateway -> gateway.on("x", HANDLER).on("x", HANDLER)));
    }

    @Test
    void theSameEventInTwoNamespacesIsFine() {
        chat().on("message", HANDLER)
                .namespace("/other")
                .on("message", HANDLER)
                .build()
                .close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
    void aHandlerForAReservedNameIsRefused(String name) {
        assertRefused(
                "\"" + name
                        + "\" is reserved by Socket.IO: no client can send it to namespace /chat; for"
                        + " connects and disconnects, use onConnect and onDisconnect",
                () -> chat().on(name, HANDLER));
    }

    @Test
    void anEventWithoutANameOrWithNodesNameOfAConnectIsRefused() {
        assertRefused(
                "an event of namespace /chat has no name: pass a name such as \"message\"",
                () -> chat().on("", HANDLER));
        assertRefused(
                "an event of namespace /chat has no name: pass a name such as \"message\"",
                () -> chat().onServerEvent("", arguments -> Ack.empty()));
        String message = "\"connection\" is Node.js's name for a client joining namespace /chat: use"
                + " onConnect(socket -> ..) instead";
        assertRefused(message, () -> chat().on("connection", HANDLER));
        assertRefused(message, () -> chat().on("connection", String.class, (socket, text) -> Ack.empty()));
        assertRefused(message, () -> chat().onServerEvent("connection", arguments -> Ack.empty()));
        chat().on(" ", HANDLER).on("connections", HANDLER).build().close();
    }

    @Test
    void missingHandlersAndInterceptorsAreRefused() {
        assertThrows(NullPointerException.class, () -> chat().on("x", (EventHandler<Arguments>) null));
        assertThrows(NullPointerException.class, () -> chat().onConnect(null));
        assertThrows(NullPointerException.class, () -> chat().onDisconnect(null));
        assertThrows(NullPointerException.class, () -> chat().onDisconnecting(null));
        assertThrows(NullPointerException.class, () -> chat().onAny(null));
        assertThrows(NullPointerException.class, () -> chat().intercept(null));
        assertThrows(NullPointerException.class, () -> Engine.builder().intercept(null));
        assertNull("interceptor", () -> chat().on("x", HANDLER, (Interceptor) null));
        assertNull("event", () -> chat().on(null, HANDLER));
        assertNull("gateway", () -> Engine.builder().namespace("/chat", null));
        assertNull("origin", () -> Engine.builder().allowOrigins((String) null));
    }

    private static void assertNull(String name, Executable call) {
        assertEquals(name, assertThrows(NullPointerException.class, call).getMessage());
    }

    @Test
    void aTypeThatGsonCannotReadIsRefusedAtBuildTime() {
        NamespaceBuilder builder = chat().on("thread", Thread.class, (socket, thread) -> Ack.empty());
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, builder::build);
        assertTrue(
                thrown.getMessage()
                        .startsWith("event \"thread\" of namespace /chat: Gson cannot read java.lang.Thread: "),
                thrown.getMessage());
        assertTrue(
                thrown.getMessage()
                        .endsWith(
                                "; use a record of values instead, or pass gson(..) on the builder a Gson with an adapter for it"),
                thrown.getMessage());
    }

    record Note(Optional<String> text) {}

    @Test
    void aTypeThatTheEnginesOwnGsonReadsIsRefusedWithThatAsTheWayOut() {
        NamespaceBuilder builder =
                Engine.builder().gson(new Gson()).namespace("/chat").on("x", Note.class, (socket, note) -> Ack.empty());
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, builder::build);
        assertTrue(
                thrown.getMessage()
                        .endsWith(
                                "; the engine's own Gson can read it; add an adapter for it to the Gson passed to gson(..), or leave gson(..) out"),
                thrown.getMessage());
    }

    @Test
    void aTypeClosedToGsonIsRefusedWithTheLineThatOpensItsModule() {
        NamespaceBuilder builder = chat().on("x", Filter.Chain.class, (socket, chain) -> Ack.empty());
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, builder::build);
        assertTrue(
                thrown.getMessage()
                        .endsWith("; declare \"opens com.sun.net.httpserver to com.google.gson;\" in the type's module,"
                                + " or give the builder a gson(..) with an adapter for it"),
                thrown.getMessage());
    }

    @Test
    void patternsThatMatchNoNamespaceAreRefused() {
        for (String pattern : List.of("chat-.*", "^chat$", "\\d+", "[^/]+", "", "admin|chat")) {
            assertRefused(
                    "the pattern \"" + pattern
                            + "\" matches no namespace: names begin with a slash, and the whole name must match, as in \"/chat-\\d+\"",
                    () -> Engine.builder().namespaces(Pattern.compile(pattern), gateway -> {}));
        }
        for (String pattern :
                List.of("/chat-.*", "^/chat$", "/", ".*", "(?i)/CHAT", "chat|/chat", "(?=/c).*", "\\W.+", "/?x?")) {
            Engine.builder()
                    .namespaces(Pattern.compile(pattern), gateway -> {})
                    .build()
                    .close();
        }
    }

    record Holder(File field) {}

    @Test
    void aTypeWithAFieldThatGsonCannotReadIsRefusedToo() {
        NamespaceBuilder builder = chat().on("x", Holder.class, (socket, holder) -> Ack.empty());
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, builder::start);
        assertTrue(
                thrown.getMessage().startsWith("event \"x\" of namespace /chat: Gson cannot read "),
                thrown.getMessage());
        EngineBuilder dynamic = Engine.builder()
                .namespaces(
                        Pattern.compile("/d.*"),
                        gateway -> gateway.on("x", Holder.class, (socket, holder) -> Ack.empty()));
        thrown = assertThrows(IllegalArgumentException.class, dynamic::build);
        assertTrue(
                thrown.getMessage().startsWith("event \"x\" of namespace /d.*: Gson cannot read "),
                thrown.getMessage());
    }

    interface Shape {}

    sealed interface Sealed {}

    record Round(int radius) implements Shape, Sealed {}

    abstract static class Animal {
        String name = "";
    }

    static final class Dog extends Animal implements Serializable {
        private static final long serialVersionUID = 1L;
        int age;
        static @Nullable Shape registry;
        transient @Nullable Shape cache;
    }

    record Draw(String title, Shape shape) {}

    record Drawings(List<Map<String, Draw[]>> pages) {}

    record Page<T>(Optional<T> first, List<? extends T> more) {}

    record Node(String name, List<Node> children, @Nullable Node parent) {}

    static class Names extends ArrayList<Shape> {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aTypeThatGsonCannotMakeIsRefusedWithItsPlace() {
        String own = "io.gangway.BuilderTest$";
        Map<TypeToken<?>, String> flaws = new LinkedHashMap<>();
        flaws.put(TypeToken.get(Shape.class), own + "Shape, an interface");
        flaws.put(TypeToken.get(Sealed.class), own + "Sealed, a sealed interface");
        flaws.put(TypeToken.get(Animal.class), own + "Animal, an abstract class");
        flaws.put(TypeToken.get(Runnable.class), "java.lang.Runnable, an interface");
        flaws.put(TypeToken.get(CharSequence.class), "java.lang.CharSequence, an interface");
        flaws.put(TypeToken.get(Draw.class), "shape is a " + own + "Shape, an interface");
        flaws.put(TypeToken.get(Drawings.class), "pages[][][].shape is a " + own + "Shape, an interface");
        flaws.put(new TypeToken<List<Shape>>() {}, "[] is a " + own + "Shape, an interface");
        flaws.put(new TypeToken<Map<String, ? extends Shape>>() {}, "[] is a " + own + "Shape, an interface");
        flaws.put(new TypeToken<Page<Shape>>() {}, "first is a " + own + "Shape, an interface");
        flaws.put(new TypeToken<Map.Entry<String, Animal>>() {}, "[] is a " + own + "Animal, an abstract class");
        flaws.put(TypeToken.get(Names.class), "[] is a " + own + "Shape, an interface");
        flaws.put(TypeToken.get(Shape[].class), "[] is a " + own + "Shape, an interface");
        flaws.put(TypeToken.get(AbstractQueue.class), "java.util.AbstractQueue, an abstract class");
        flaws.put(TypeToken.get(Class.class), "java.lang.Class, which no client may name");
        flaws.forEach((type, flaw) -> assertRefused(
                "event \"draw\" of namespace /chat: Gson cannot read " + type + ": " + flaw
                        + ", which it cannot instantiate; use a record or class instead, or pass gson(..) on the builder a Gson with an adapter for it",
                () -> on(type).build()));
    }

    private static <T> NamespaceBuilder on(TypeToken<T> type) {
        return chat().on("draw", type, (socket, payload) -> Ack.empty());
    }

    @Test
    void aTypeThatGsonCanMakeIsNot() {
        for (TypeToken<?> type : List.of(
                TypeToken.get(Object.class),
                TypeToken.get(JsonElement.class),
                TypeToken.get(JsonObject.class),
                TypeToken.get(Number.class),
                TypeToken.get(Map.class),
                TypeToken.get(List.class),
                TypeToken.get(Collection.class),
                TypeToken.get(Set.class),
                new TypeToken<SortedMap<String, Queue<Integer>>>() {},
                new TypeToken<ConcurrentMap<String, Object>>() {},
                new TypeToken<EnumMap<TimeUnit, EnumSet<TimeUnit>>>() {},
                new TypeToken<Page<Round>>() {},
                TypeToken.get(Page.class),
                TypeToken.get(Node.class),
                TypeToken.get(Dog.class),
                TypeToken.get(TimeUnit.class),
                TypeToken.get(Calendar.class),
                TypeToken.get(ZoneId.class),
                TypeToken.get(ByteBuffer.class),
                TypeToken.get(byte[].class),
                new TypeToken<List<? extends Number>>() {},
                new TypeToken<Optional<Map.Entry<String, List<byte[]>>>>() {})) {
            on(type).build().close();
        }
    }

    record Partly(
            @JsonAdapter(RoundShape.class) Shape adapted,
            @Expose(deserialize = false) @Nullable Shape hidden) {}

    static final class RoundShape extends TypeAdapter<Shape> {
        @Override
        public void write(JsonWriter out, Shape value) throws IOException {
            out.value(((Round) value).radius());
        }

        @Override
        public Shape read(JsonReader in) throws IOException {
            return new Round(in.nextInt());
        }
    }

    @Test
    void whatTheApplicationTellsGsonMakesATypeFine() {
        for (Gson gson : List.of(
                new GsonBuilder()
                        .registerTypeAdapter(Shape.class, new RoundShape())
                        .create(),
                new GsonBuilder()
                        .registerTypeAdapter(Shape.class, (InstanceCreator<Shape>) type -> new Round(1))
                        .create(),
                new GsonBuilder()
                        .registerTypeAdapter(Shape.class, (JsonDeserializer<Shape>)
                                (json, type, context) -> new Round(json.getAsInt()))
                        .create(),
                new GsonBuilder()
                        .setExclusionStrategies(new ExclusionStrategy() {
                            @Override
                            public boolean shouldSkipField(FieldAttributes field) {
                                return field.getName().equals("shape");
                            }

                            @Override
                            public boolean shouldSkipClass(Class<?> type) {
                                return false;
                            }
                        })
                        .create())) {
            Engine.builder()
                    .gson(gson)
                    .namespace("/")
                    .on("draw", Draw.class, (socket, draw) -> Ack.empty())
                    .build()
                    .close();
        }
        Gson exposing = new GsonBuilder()
                .setExclusionStrategies()
                .addDeserializationExclusionStrategy(new ExclusionStrategy() {
                    @Override
                    public boolean shouldSkipField(FieldAttributes field) {
                        Expose expose = field.getAnnotation(Expose.class);
                        return expose != null && !expose.deserialize();
                    }

                    @Override
                    public boolean shouldSkipClass(Class<?> type) {
                        return false;
                    }
                })
                .create();
        Engine.builder()
                .gson(exposing)
                .namespace("/")
                .on("draw", Partly.class, (socket, draw) -> Ack.empty())
                .build()
                .close();
    }

    @Test
    void anAdapterOfTheApplicationMakesATypeReadable() {
        Gson gson = new GsonBuilder()
                .registerTypeAdapter(Thread.class, new TypeAdapter<Thread>() {
                    @Override
                    public void write(JsonWriter out, Thread value) throws IOException {
                        out.value(value.getName());
                    }

                    @Override
                    public Thread read(JsonReader in) throws IOException {
                        return new Thread(in.nextString());
                    }
                })
                .create();
        try (Engine engine = Engine.builder()
                .port(0)
                .gson(gson)
                .namespace("/")
                .on("x", Thread.class, (socket, thread) -> Ack.of(thread))
                .start()) {
            WireClient client = WireClient.join(engine.port());
            client.send("420[\"x\",\"worker\"]").expect("430[\"worker\"]").close();
        }
    }

    // ---- namespaces

    @Test
    void aNameThatNoClientCanAskForIsRefused() {
        assertRefused(
                "namespace \"/a,b\" contains a comma or question mark, so no client can join it: choose another name",
                () -> Engine.builder().namespace("/a,b"));
        assertRefused(
                "namespace \"a?b\" contains a comma or question mark, so no client can join it: choose another name",
                () -> Engine.builder().namespace("a?b", gateway -> {}));
    }

    @Test
    void aNameThatIsNoTextIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Engine.builder().namespace("/a\ud800"));
        Engine.builder().namespace("/\ud83d\ude00").build().close();
    }

    @Test
    void aGatewayConfiguresItsNamespaceAndNothingElse() {
        for (Gateway gateway : List.<Gateway>of(
                namespace -> namespace.namespace("/other"), namespace -> namespace.namespace("/other", other -> {}))) {
            assertEquals(
                    "namespace() cannot be called in a Gateway, which configures only its own"
                            + " namespace: call it on the engine's builder",
                    assertThrows(
                                    IllegalStateException.class,
                                    () -> Engine.builder().namespace("/chat", gateway))
                            .getMessage());
        }
        assertEquals(
                "build() cannot be called in a Gateway, which configures only its own namespace: call"
                        + " it on the engine's builder",
                assertThrows(
                                IllegalStateException.class,
                                () -> Engine.builder().namespace("/chat", NamespaceBuilder::build))
                        .getMessage());
        assertEquals(
                "start() cannot be called in a Gateway, which configures only its own namespace: call"
                        + " it on the engine's builder",
                assertThrows(
                                IllegalStateException.class,
                                () -> Engine.builder().namespaces(Pattern.compile("/.*"), NamespaceBuilder::start))
                        .getMessage());
    }

    // ---- origins

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:3000",
                "http://",
                "http://host/path",
                "http://host/",
                "//host",
                "http//host",
                "http://host:99999",
                "http://host?a",
                "http://*.host",
                "NULL",
                "file:///"
            })
    void anOriginThatIsNoneIsRefusedAndNamed(String origin) {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> Engine.builder().allowOrigins(origin));
        assertTrue(thrown.getMessage().contains("\"" + origin + "\""), thrown.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "https://bücher.example, https://xn--bcher-kva.example",
        "https://BÜCHER.example, https://xn--bcher-kva.example",
        "https://bücher.example:443, https://xn--bcher-kva.example",
        "https://bücher.example:8443, https://xn--bcher-kva.example:8443",
        "https://例え.テスト, https://xn--r8jz45g.xn--zckzah",
        "https://xn--bcher-kva.example, https://xn--bcher-kva.example",
        "HTTPS://Example.COM, https://example.com"
    })
    void anOriginIsComparedAsBrowsersSendIt(String allowed, String sent) throws Exception {
        try (Engine engine = Engine.builder().port(0).allowOrigins(allowed).start()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + engine.port() + "/socket.io/?EIO=4&transport=polling"))
                    .header("Origin", sent)
                    .build();
            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, response.statusCode());
            assertEquals(
                    sent,
                    response.headers().firstValue("Access-Control-Allow-Origin").orElse("none"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://straße.example", "https://a\u200db.example", "https://σίσυφος.example"})
    void anOriginThatJavaAndBrowsersReadInTwoWaysIsRefused(String origin) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Engine.builder().allowOrigins(origin))
                .getMessage();
        assertTrue(message.contains("write the origin in punycode"), message);
    }

    @Test
    void anyOriginAlongWithCredentialsIsRefused() {
        for (EngineBuilder builder : List.of(
                Engine.builder().allowOrigins("*").allowCredentials(),
                Engine.builder()
                        .allowCredentials()
                        .allowOrigins("http://localhost:3000")
                        .allowOrigins("*"))) {
            IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, builder::build);
            assertTrue(thrown.getMessage().contains("cannot be combined with allowCredentials()"), thrown.getMessage());
        }
    }

    // ---- numbers and times

    @Test
    void numbersAndTimesThatMakeNoSenseAreRefusedAndNamed() {
        assertRefused("port -1 is not one of 0 to 65535", () -> Engine.builder().port(-1));
        assertRefused(
                "port 65536 is not one of 0 to 65535", () -> Engine.builder().port(65536));
        assertRefused(
                "pingInterval must be positive, but is PT0S",
                () -> Engine.builder().pingInterval(Duration.ZERO));
        assertRefused(
                "pingTimeout must be positive, but is PT-1S",
                () -> Engine.builder().pingTimeout(Duration.ofSeconds(-1)));
        assertRefused(
                "upgradeTimeout must be positive, but is PT0S",
                () -> Engine.builder().limits(limits -> limits.upgradeTimeout(Duration.ZERO)));
        assertRefused(
                "connectTimeout must be positive, but is PT0S",
                () -> Engine.builder().connectTimeout(Duration.ZERO));
        assertRefused(
                "ackTimeout must be positive, but is PT0S",
                () -> Engine.builder().ackTimeout(Duration.ZERO));
        assertRefused(
                "idleTimeout must be positive, but is PT0S",
                () -> Engine.builder().http(http -> http.idleTimeout(Duration.ZERO)));
        assertRefused(
                "maxHeaderSize 1023 must be at least 1024, because browsers send nearly as much without cookies",
                () -> Engine.builder().http(http -> http.maxHeaderSize(1023)));
        assertRefused(
                "maxPayload must be positive, but is 0", () -> Engine.builder().maxPayload(0));
        assertRefused(
                "maxBuffered must be positive, but is -1",
                () -> Engine.builder().limits(limits -> limits.maxBuffered(-1)));
        assertRefused(
                "maxQueuedEvents must be positive, but is 0",
                () -> Engine.builder().limits(limits -> limits.maxQueuedEvents(0)));
        assertRefused(
                "handlerThreads must be positive, but is 0",
                () -> Engine.builder().handlerThreads(0));
        assertRefused(
                "maxAttachments must be positive, but is 0",
                () -> Engine.builder().limits(limits -> limits.maxAttachments(0)));
        assertRefused(
                "maxJsonDepth must be positive, but is 0",
                () -> Engine.builder().limits(limits -> limits.maxJsonDepth(0)));
        assertRefused(
                "maxNamespaceLength must be positive, but is 0",
                () -> Engine.builder().limits(limits -> limits.maxNamespaceLength(0)));
        assertRefused(
                "maxEventNameLength must be positive, but is 0",
                () -> Engine.builder().limits(limits -> limits.maxEventNameLength(0)));
        assertRefused(
                "maxNamespacesPerConnection must be positive, but is 0",
                () -> Engine.builder().limits(limits -> limits.maxNamespacesPerConnection(0)));
        assertRefused(
                "maxDynamicNamespaces must be positive, but is 0",
                () -> Engine.builder().limits(limits -> limits.maxDynamicNamespaces(0)));
    }

    @Test
    void timesThatNoTimerCountsAreRefused() {
        List<Duration> endless =
                List.of(Duration.ofMillis(1L << 31), Duration.ofDays(200_000), Duration.ofSeconds(Long.MAX_VALUE));
        Map<String, BiFunction<EngineBuilder, Duration, EngineBuilder>> times = new LinkedHashMap<>();
        times.put("pingInterval", EngineBuilder::pingInterval);
        times.put("pingTimeout", EngineBuilder::pingTimeout);
        times.put("upgradeTimeout", (builder, time) -> builder.limits(limits -> limits.upgradeTimeout(time)));
        times.put("connectTimeout", EngineBuilder::connectTimeout);
        times.put("ackTimeout", EngineBuilder::ackTimeout);
        times.put("nodeTimeout", (builder, time) -> builder.limits(limits -> limits.nodeTimeout(time)));
        times.put("attachmentsTimeout", (builder, time) -> builder.limits(limits -> limits.attachmentsTimeout(time)));
        times.put("messageTimeout", (builder, time) -> builder.limits(limits -> limits.messageTimeout(time)));
        times.put("headerTimeout", (builder, time) -> builder.http(http -> http.headerTimeout(time)));
        times.put("idleTimeout", (builder, time) -> builder.http(http -> http.idleTimeout(time)));
        times.forEach((name, setter) -> {
            for (Duration time : endless) {
                assertRefused(
                        name + " must be at most 2147483647 ms (24 days), but is " + time,
                        () -> setter.apply(Engine.builder(), time));
            }
            assertRefused(
                    name + " must be at least 1 ms, but is PT0.000999S",
                    () -> setter.apply(Engine.builder(), Duration.ofNanos(999_000)));
            for (Duration time : List.of(Duration.ofMillis(1), Duration.ofDays(24))) {
                assertDoesNotThrow(() -> setter.apply(Engine.builder(), time));
            }
        });
        assertRefused(
                "pingInterval plus pingTimeout must be at most 2147483647 ms (24 days), the longest"
                        + " that clients can wait for a ping, but is PT600H",
                () -> Engine.builder()
                        .pingInterval(Duration.ofDays(12))
                        .pingTimeout(Duration.ofDays(13))
                        .build());
        try (Engine engine = chat().start()) {
            WireClient client = WireClient.open(engine.port());
            client.joinNamespace("/chat");
            Namespace chat = engine.namespace("/chat");
            Socket socket = chat.sockets().iterator().next();
            for (Duration time : endless) {
                assertThrows(IllegalArgumentException.class, () -> chat.timeout(time));
                assertThrows(
                        IllegalArgumentException.class, () -> chat.to("room").timeout(time));
                assertThrows(IllegalArgumentException.class, () -> socket.timeout(time));
                assertThrows(
                        IllegalArgumentException.class, () -> socket.lossy().timeout(time));
                assertThrows(IllegalArgumentException.class, () -> engine.drain(time));
            }
            client.close();
        }
        for (Duration time : List.of(Duration.ofSeconds(-1), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertRefused("retryAfter must be 0 to 2147483647 s, but is " + time, () -> Admission.refuse(503, time));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "socket.io",
                "/a?b",
                "/*",
                "/a//b",
                "//a",
                "/a//",
                "/a;b",
                "/a b",
                "/a%20b",
                "/..",
                "/a/../b",
                "/a/.",
                "/a#b",
                "/a\\b",
                "/\u00e4",
                "http://host/a"
            })
    void aPathThatIsNoneIsRefused(String path) {
        assertRefused(
                "path \"" + path
                        + "\" is not usable: write it like \"/socket.io\", as names of letters, digits and any of"
                        + " ._~!$&'()+,=:@- after single slashes, none of them \".\" or \"..\"",
                () -> Engine.builder().path(path));
    }

    @Test
    void controlCharactersInAPathAreToldEscaped() {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Engine.builder().path("/a\r\nb"))
                .getMessage();
        assertTrue(message.startsWith("path \"/a\\u000d\\u000ab\" is not usable: "), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/socket.io/", "/a", "/a/b.c", "/.hidden", "/...", "/a..b", "/v1:live/@me", "/a_b-c~d"})
    void aPathThatRequestsCanHaveServesClients(String path) throws Exception {
        try (Engine engine = Engine.builder().port(0).path(path).start()) {
            String base = path.endsWith("/") ? path : path + "/";
            assertEquals(
                    200,
                    PollingClient.get(engine.port(), base + "?EIO=4&transport=polling")
                            .statusCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;b", "a=b", "a,b", "\u00fc", "a\r\nb", "a\"b"})
    void aCookieThatCannotBeSetIsRefused(String name) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Engine.builder().http(http -> http.sessionCookie(name)))
                .getMessage();
        assertTrue(message.contains("\" is not a cookie name: use letters, digits and any of "), message);
        assertFalse(message.contains("\n"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"__Host-io", "__Secure-io", "__secure-io"})
    void aCookieThatBrowsersWouldDropIsRefused(String name) {
        assertRefused(
                "browsers drop the cookie \"" + name
                        + "\", which has a prefix that requires Secure: call secure(), or leave the prefix out",
                () -> Engine.builder().http(http -> http.sessionCookie(name)));
    }

    @Test
    void headersThatCannotBeSentOrBreakTheEnginesAreRefused() {
        for (String name : List.of("", "a b", "a:b", "a\r\nb", "\u00fc", "a;")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Engine.builder().http(http -> http.responseHeader(name, "x")));
        }
        for (String value : List.of("x\r\ny: z", "x\ny", "x\u0000", "\u20ac", "x\u007f")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Engine.builder().http(http -> http.responseHeader("X-A", value)));
        }
        for (String name : List.of(
                "Content-Length",
                "content-type",
                "Transfer-Encoding",
                "Connection",
                "Upgrade",
                "Sec-WebSocket-Accept",
                "Content-Encoding")) {
            assertRefused(
                    "header \"" + name + "\" is set by the engine itself: leave it out",
                    () -> Engine.builder().http(http -> http.responseHeader(name, "x")));
        }
    }

    @Test
    void headersThatCanBeSentAreAndTheLastValueCounts() throws Exception {
        try (Engine engine = Engine.builder()
                .port(0)
                .http(http -> http.responseHeader("X-First", "1")
                        .responseHeader("x-first", "2")
                        .responseHeader("Strict-Transport-Security", "max-age=1; includeSubDomains")
                        .responseHeader("X-Empty", ""))
                .start()) {
            var headers = PollingClient.get(engine.port(), "/socket.io/?EIO=4&transport=polling")
                    .headers();
            assertEquals(List.of("2"), headers.allValues("X-First"));
            assertEquals(List.of("max-age=1; includeSubDomains"), headers.allValues("Strict-Transport-Security"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://localhost", "localhost:3000", "a b", "a/b", "10.0.0.1:80", "a\nb"})
    void aHostThatIsNoneIsRefused(String host) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Engine.builder().host(host))
                .getMessage();
        assertTrue(message.contains("is not a host to listen on"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "127.0.0.1",
                "0.0.0.0",
                "::1",
                "[::1]",
                "::",
                "fe80::1%eth0",
                "my_host",
                "a.example."
            })
    void namesAndAddressesAreHosts(String host) {
        Engine.builder().host(host).build().close();
    }

    @Test
    void choicesThatContradictEachOtherAreRefused() {
        assertRefused(
                "sessionCookie(\"io\") applies to polling clients, but webSocketOnly() admits none:"
                        + " leave out one of them",
                () -> Engine.builder()
                        .http(http -> http.sessionCookie("io").webSocketOnly())
                        .build());
        assertRefused(
                "handlerThreads(4) configures the engine's own pool, but executor(..) replaces it: leave out one of them",
                () -> Engine.builder().executor(Runnable::run).handlerThreads(4).build());
        assertRefused(
                "namespace \"/chat\" is longer than maxNamespaceLength(4), so no client can join it: raise the limit or choose a shorter name",
                () -> chat().namespace("/x", x -> {})
                        .limits(limits -> limits.maxNamespaceLength(4))
                        .build());
        assertRefused(
                "event \"message\" of namespace /chat is longer than maxEventNameLength(6), so no client can send it: raise the limit or choose a shorter name",
                () -> chat().on("message", HANDLER)
                        .namespace("/x", x -> {})
                        .limits(limits -> limits.maxEventNameLength(6))
                        .build());
    }

    @Test
    void aCertificateIsForAnEngineThatListensItself() {
        try (Engine engine =
                Engine.builder().tls(new SslContextFactory.Server()).build()) {
            assertEquals(
                    "handler(): tls(..) applies only to start(); leave it out, and configure the certificate on the connector of the Jetty server in which the engine is mounted",
                    assertThrows(IllegalStateException.class, engine::handler).getMessage());
        }
    }

    @Test
    void aSessionCookieThatBrowsersDropIsRefused() {
        SessionCookie io = SessionCookie.named("io");
        SessionCookie host = SessionCookie.named("__Host-io");
        assertCookieRefused(
                "browsers drop the cookie \"io\", which is SameSite=None but not Secure: call"
                        + " secure(), and serve it over TLS",
                io.sameSite(SessionCookie.SameSite.NONE));
        assertCookieRefused("which is Partitioned but not Secure: call secure()", io.partitioned());
        assertCookieRefused(
                "has a prefix that allows neither a domain nor a path",
                host.secure().domain("example.com"));
        assertCookieRefused(
                "has a prefix that allows neither a domain nor a path",
                host.secure().path("/socket.io"));
        Engine.builder().http(http -> http.sessionCookie(host.secure()));
        for (String path : List.of("", "socket.io", "/a;b", "/a\nb", "/\u00e9")) {
            assertCookieRefused("is not a cookie path", io.path(path));
        }
        for (String domain :
                List.of("", ".", "https://example.com", "example.com:80", "a;b", "a b", "-a", "*.example.com")) {
            assertCookieRefused("is not a cookie domain", io.domain(domain));
        }
    }

    private static void assertCookieRefused(String part, SessionCookie cookie) {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> Engine.builder().http(http -> http.sessionCookie(cookie)));
        assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
    }

    @Test
    void choicesForTlsWithoutTlsAreRefused() {
        assertRefused(
                "strictTlsHost() needs tls(..), which is not set: leave it out; in an existing Jetty"
                        + " server, configure the connector's SecureRequestCustomizer instead",
                () -> Engine.builder().http(http -> http.strictTlsHost()).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> Engine.builder().http(http -> http.anyTlsHost()).build());
    }

    @Test
    void aCertificateThatIsNotThereIsRefusedAndNamed() {
        UncheckedIOException thrown = assertThrows(
                UncheckedIOException.class, () -> Engine.builder().tls(Path.of("no-such.pem"), Path.of("no-such.key")));
        assertTrue(thrown.getMessage().contains("no-such."), thrown.getMessage());
    }

    @Test
    void aRefusalWithAStatusThatIsNoneIsRefused() {
        assertRefused("the HTTP status of a refusal must be 400 to 599, but is 200", () -> Admission.refuse(200));
    }

    // ---- starting

    @Test
    void aHostThatCannotBeResolvedIsNamedWithTheWayOut() {
        String unknown = "x".repeat(64); // longer than DNS allows: fails without a query
        UncheckedIOException thrown = assertThrows(
                UncheckedIOException.class,
                () -> Engine.builder().host(unknown).port(24351).start());
        assertEquals(
                "cannot listen on " + unknown + ":24351: the host name cannot be resolved; pass host(..) a name or an"
                        + " address of this machine",
                thrown.getMessage());
    }

    @Test
    void aTakenPortIsRefusedNamingIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            UncheckedIOException thrown = assertThrows(
                    UncheckedIOException.class,
                    () -> Engine.builder().port(taken.getLocalPort()).start());
            assertTrue(
                    thrown.getMessage().startsWith("cannot listen on port " + taken.getLocalPort() + ": "),
                    thrown.getMessage());
        }
    }

    @Test
    void anEngineIsEitherStartedOrMounted() {
        try (Engine mounted = chat().build()) {
            assertEquals(mounted.handler(), mounted.handler());
            assertEquals(
                    "start(): the engine is mounted with handler(), so it cannot be started on its own port as well",
                    assertThrows(IllegalStateException.class, mounted::start).getMessage());
            assertThrows(IllegalStateException.class, mounted::port);
        }
        try (Engine started = chat().start()) {
            assertEquals(
                    "handler(): the engine is already running on port " + started.port(),
                    assertThrows(IllegalStateException.class, started::handler).getMessage());
            assertEquals(
                    "start(): the engine is already running on port " + started.port(),
                    assertThrows(IllegalStateException.class, started::start).getMessage());
        }
    }

    @Test
    void onlyARunningEngineHasAPort() {
        try (Engine engine = chat().build()) {
            assertEquals(
                    "the engine does not run on a port of its own: it is BUILT",
                    assertThrows(IllegalStateException.class, engine::port).getMessage());
        }
    }

    @Test
    void whatTheBuilderIsToldAfterwardsDoesNotReachABuiltEngine() {
        EngineBuilder builder = Engine.builder().port(0);
        NamespaceBuilder root = builder.namespace("/").on("a", (socket, arguments) -> Ack.of("a"));
        try (Engine engine = builder.build()) {
            root.on("b", (socket, arguments) -> Ack.of("b"))
                    .intercept(Around.connects((socket, chain) -> Ack.failed(new EngineException("no"))));
            builder.namespace("/later");
            engine.start();
            WireClient client = WireClient.join(engine.port());
            client.send("420[\"b\"]").send("421[\"a\"]").expect("431[\"a\"]");
            client.send("40/later,")
                    .expect("44/later,{\"message\":\"Invalid namespace\"}")
                    .close();
        }
    }
}
