package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
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
                "event \"message\" of namespace /chat has a handler already: only one can answer; onAny hears it besides";
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
                "event \"x\" of namespace /room-\\d+ has a handler already: only one can answer; onAny hears it besides",
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
                "\"" + name + "\" is Socket.IO's own: no client can send it to namespace /chat; for connects and"
                        + " disconnects there are onConnect and onDisconnect",
                () -> chat().on(name, HANDLER));
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
                        .endsWith("; give the builder a gson(..) that can, or, if the type is in a module, declare"
                                + " \"opens java.lang to com.google.gson;\" there"),
                thrown.getMessage());
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
                "namespace \"/a,b\" contains a comma or question mark, which no client can ask for",
                () -> Engine.builder().namespace("/a,b"));
        assertRefused(
                "namespace \"a?b\" contains a comma or question mark, which no client can ask for",
                () -> Engine.builder().namespace("a?b", gateway -> {}));
    }

    @Test
    void aGatewayConfiguresItsNamespaceAndNothingElse() {
        for (Gateway gateway : List.<Gateway>of(
                namespace -> namespace.namespace("/other"), namespace -> namespace.namespace("/other", other -> {}))) {
            assertEquals(
                    "namespace() is not for a Gateway to call: it configures one namespace, the engine's builder the rest",
                    assertThrows(
                                    IllegalStateException.class,
                                    () -> Engine.builder().namespace("/chat", gateway))
                            .getMessage());
        }
        assertEquals(
                "build() is not for a Gateway to call: it configures one namespace, the engine's builder the rest",
                assertThrows(
                                IllegalStateException.class,
                                () -> Engine.builder().namespace("/chat", NamespaceBuilder::build))
                        .getMessage());
        assertEquals(
                "start() is not for a Gateway to call: it configures one namespace, the engine's builder the rest",
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
                "NULL",
                "file:///"
            })
    void anOriginThatIsNoneIsRefusedAndNamed(String origin) {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> Engine.builder().allowOrigins(origin));
        assertTrue(thrown.getMessage().contains("\"" + origin + "\""), thrown.getMessage());
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
            assertTrue(thrown.getMessage().contains("credentials"), thrown.getMessage());
        }
    }

    // ---- numbers and times

    @Test
    void numbersAndTimesThatMakeNoSenseAreRefusedAndNamed() {
        assertRefused("port -1 is not one of 0 to 65535", () -> Engine.builder().port(-1));
        assertRefused(
                "port 65536 is not one of 0 to 65535", () -> Engine.builder().port(65536));
        assertRefused(
                "pingInterval has to be more than PT0S", () -> Engine.builder().pingInterval(Duration.ZERO));
        assertRefused(
                "pingTimeout has to be more than PT-1S", () -> Engine.builder().pingTimeout(Duration.ofSeconds(-1)));
        assertRefused(
                "upgradeTimeout has to be more than PT0S",
                () -> Engine.builder().upgradeTimeout(Duration.ZERO));
        assertRefused(
                "connectTimeout has to be more than PT0S",
                () -> Engine.builder().connectTimeout(Duration.ZERO));
        assertRefused(
                "ackTimeout has to be more than PT0S", () -> Engine.builder().ackTimeout(Duration.ZERO));
        assertRefused("maxPayload has to be more than 0", () -> Engine.builder().maxPayload(0));
        assertRefused(
                "maxBuffered has to be more than -1", () -> Engine.builder().maxBuffered(-1));
        assertRefused(
                "maxQueuedEvents has to be more than 0", () -> Engine.builder().maxQueuedEvents(0));
        assertRefused(
                "handlerThreads has to be more than 0", () -> Engine.builder().handlerThreads(0));
        assertRefused(
                "maxAttachments has to be more than 0", () -> Engine.builder().maxAttachments(0));
        assertRefused(
                "maxJsonDepth has to be more than 0", () -> Engine.builder().maxJsonDepth(0));
        assertRefused(
                "maxNamespaceLength has to be more than 0",
                () -> Engine.builder().maxNamespaceLength(0));
        assertRefused(
                "maxEventNameLength has to be more than 0",
                () -> Engine.builder().maxEventNameLength(0));
        assertRefused(
                "maxNamespacesPerConnection has to be more than 0",
                () -> Engine.builder().maxNamespacesPerConnection(0));
        assertRefused(
                "maxDynamicNamespaces has to be more than 0",
                () -> Engine.builder().maxDynamicNamespaces(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "socket.io", "/a?b", "/*"})
    void aPathThatIsNoneIsRefused(String path) {
        assertRefused(
                "path \"" + path + "\" should be like \"/socket.io\"",
                () -> Engine.builder().path(path));
    }

    @Test
    void aCertificateThatIsNotThereIsRefusedAndNamed() {
        UncheckedIOException thrown = assertThrows(
                UncheckedIOException.class, () -> Engine.builder().tls(Path.of("no-such.pem"), Path.of("no-such.key")));
        assertTrue(thrown.getMessage().contains("no-such."), thrown.getMessage());
    }

    @Test
    void aRefusalWithAStatusThatIsNoneIsRefused() {
        assertRefused("a refusal's HTTP status is 400 to 599, not 200", () -> Admission.refuse(200));
    }

    // ---- starting

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
                    "start(): the engine is mounted by handler(); it can be only one of the two",
                    assertThrows(IllegalStateException.class, mounted::start).getMessage());
            assertThrows(IllegalStateException.class, mounted::port);
        }
        try (Engine started = chat().start()) {
            assertEquals(
                    "handler(): the engine runs on port " + started.port() + " already",
                    assertThrows(IllegalStateException.class, started::handler).getMessage());
            assertEquals(
                    "start(): the engine runs on port " + started.port() + " already",
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
            root.on("b", (socket, arguments) -> Ack.of("b")).intercept(new Interceptor() {
                @Override
                public Ack aroundConnect(Socket socket, Chain chain) {
                    return Ack.failed(new EngineException("no"));
                }
            });
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
