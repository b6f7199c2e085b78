package io.gangway.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gangway.Ack;
import io.gangway.Admission;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.EngineException;
import io.gangway.Event;
import io.gangway.Gateway;
import io.gangway.Interceptor;
import io.gangway.NamespaceBuilder;
import io.gangway.Recovery;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import io.gangway.annotations.GangwayNamespace;
import io.gangway.annotations.Gateways;
import io.gangway.annotations.OnEvent;
import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.interceptors.ErrorHandlers;
import io.gangway.testing.Eventually;
import io.gangway.testing.Snippets;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the tables of MIGRATING.md offer for other servers' calls: every cell stands here, and does what it says. */
class MigrationTest {
    @Test
    void everyRowStandsInATest() throws IOException {
        Snippets.rowsStandIn(
                Path.of("../.github/MIGRATING.md"),
                Path.of("src/test/java/io/gangway/guide/MigrationTest.java"),
                Path.of("src/test/java/io/gangway/ReadmeTest.java"),
                Path.of("../engine-redis/src/test/java/io/gangway/redis/RedisReadmeTest.java"));
    }

    record Message(@NotBlank String text) {}

    static final class Service {
        final Queue<String> notes = new ConcurrentLinkedQueue<>();

        void left(String id) {
            notes.add("left " + id);
        }

        void saw(String event) {
            notes.add("saw " + event);
        }

        CompletionStage<String> find(String id) {
            return CompletableFuture.completedFuture("found " + id);
        }
    }

    static final class Guard implements Interceptor {
        @Override
        public Ack aroundConnect(Socket socket, Chain chain) {
            Optional<String> token = socket.handshake().auth("token");
            if (token.isEmpty()) {
                throw new UnauthorizedException("no");
            }
            return chain.proceed();
        }

        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return event.socket().user().isPresent() ? chain.proceed() : Ack.failed(new EngineException("no user"));
        }
    }

    static final class Chat implements Gateway {
        private final Service service;

        Chat(Service service) {
            this.service = service;
        }

        @Override
        public void configure(NamespaceBuilder chat) {
            chat.on("message", Message.class, this::message);
            chat.onConnect(socket -> socket.join("lobby"));
            chat.onAny(event -> service.saw(event.name()));
            chat.onDisconnecting((socket, reason) -> service.left(socket.id()));
            chat.onDisconnect((socket, reason) -> service.left(socket.id()));
            chat.on("find", String.class, (socket, id) -> Ack.later(service.find(id)));
            chat.on(
                    "add",
                    (socket, arguments) -> Ack.of(arguments.get(0, Integer.class) + arguments.get(1, Integer.class)));
            chat.on("signIn", String.class, (socket, id) -> {
                socket.signIn(id);
                return Ack.empty();
            });
            chat.on("secret", (socket, arguments) -> Ack.empty(), new Guard());
        }

        private Ack message(Socket socket, Message message) {
            if (message.text().equals("rude")) {
                throw new EngineException("Not allowed");
            }
            socket.emit("posted", message.text());
            socket.broadcast().emit("message", message);
            return Ack.of(Map.of("success", true));
        }
    }

    @GangwayNamespace("/rooms")
    static final class Rooms {
        @OnEvent("joinRoom")
        String join(String room, Socket socket) {
            socket.join(room);
            return room;
        }
    }

    static final class Trim implements Interceptor {
        @Override
        public Event changeEvent(Event event) {
            String text = event.arguments().get(0, String.class);
            return event.with(text.strip());
        }
    }

    @Test
    void listenersHearAsTheTablesSay() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        EngineBuilder builder = Engine.builder().port(0);
        builder.onRefused(refused -> heard.add("refused " + refused.code()));
        builder.namespaces(Pattern.compile("/room-[0-9]+"), chat -> {
            chat.onAnyOutgoing(event -> heard.add("sent " + event.name()));
            chat.onJoin((socket, room) -> heard.add("joined " + room));
            chat.on(
                    "enter",
                    String.class,
                    (socket, name) -> {
                        socket.join(name);
                        return Ack.of(name);
                    },
                    new Trim());
        });
        try (Engine engine = builder.start();
                WireClient client = WireClient.open(engine.port())) {
            client.joinNamespace("/room-7");
            client.send("42/room-7,0[\"enter\",\" hall \"]").expect("43/room-7,0[\"hall\"]");
            Eventually.equal(List.of("joined hall"), () -> List.copyOf(heard));
            engine.namespaces(Pattern.compile("/room-[0-9]+")).forEach(room -> room.emit("closing"));
            client.expect("42/room-7,[\"closing\"]");
            assertEquals(
                    400,
                    PollingClient.get(engine.port(), "/socket.io/?EIO=3&transport=polling")
                            .statusCode());
            assertEquals(List.of("joined hall", "sent closing", "refused 5"), List.copyOf(heard));
        }
    }

    @Test
    void gatewaysAnswerAsTheTablesSay() {
        Service service = new Service();
        EngineBuilder builder = Engine.builder().port(0);
        builder.namespace("/chat", new Chat(service));
        Gateways.add(builder, new Rooms());
        try (Engine engine = builder.start();
                WireClient ada = WireClient.open(engine.port());
                WireClient ben = WireClient.open(engine.port())) {
            ada.joinNamespace("/chat");
            ben.joinNamespace("/chat");
            ada.send("42/chat,1[\"message\",{\"text\":\"hi\"}]")
                    .expect("42/chat,[\"posted\",\"hi\"]")
                    .expect("43/chat,1[{\"success\":true}]");
            ben.expect("42/chat,[\"message\",{\"text\":\"hi\"}]");
            ada.send("42/chat,2[\"message\",{\"text\":\"rude\"}]")
                    .expect("43/chat,2[{\"status\":\"error\",\"message\":\"Not allowed\"}]");
            ada.send("42/chat,3[\"find\",\"7\"]").expect("43/chat,3[\"found 7\"]");
            ada.send("42/chat,4[\"add\",2,3]").expect("43/chat,4[5]");
            ada.send("42/chat,5[\"secret\"]").expect("43/chat,5[{\"status\":\"error\",\"message\":\"no user\"}]");
            ada.send("42/chat,6[\"signIn\",\"ada\"]").expect("43/chat,6[]");
            ada.send("42/chat,7[\"secret\"]").expect("43/chat,7[]");
            engine.namespace("/chat").user("ada").emit("notification", "for ada");
            ada.expect("42/chat,[\"notification\",\"for ada\"]");
            engine.namespace("/chat").emit("news", "hello");
            ada.expect("42/chat,[\"news\",\"hello\"]");
            ben.expect("42/chat,[\"news\",\"hello\"]");
            ada.joinNamespace("/rooms");
            ada.send("42/rooms,1[\"joinRoom\",\"red\"]").expect("43/rooms,1[\"red\"]");
        }
    }

    @Test
    void operationsReachWhomTheTablesSay() {
        int port = 0;
        EngineBuilder builder = Engine.builder().port(port);
        Queue<String> votes = new ConcurrentLinkedQueue<>();
        builder.namespace(
                "/",
                all -> all.on("run", (socket, arguments) -> {
                    socket.join("a");
                    socket.attach("visits", 1);
                    socket.attach("name", "ada");
                    socket.share(Map.of("name", "ada"));
                    socket.lossy().emit("moved", 1, 2);
                    socket.to("a").emit("moved", 1, 2);
                    socket.timeout(Duration.ofSeconds(5))
                            .emitWithAck("vote")
                            .thenAccept(vote -> votes.add(vote.get(0, String.class)));
                    return Ack.of(
                            socket.id(),
                            socket.handshake().query().get("lang"),
                            socket.attached("visits", Integer.class));
                }));
        builder.namespaces(Pattern.compile("/room-[0-9]+"), room -> {});
        try (Engine engine = builder.start();
                WireClient client =
                        WireClient.connect(engine.port(), "/socket.io/?EIO=4&transport=websocket&lang=de")) {
            client.next();
            client.joinNamespace("/room-7");
            client.joinNamespace("/");
            Eventually.holds(
                    "the answer has been written, and a lossy event can be",
                    () -> engine.namespace("/").sockets().stream().allMatch(Socket::isWritable));
            client.send("421[\"run\"]").expect("42[\"moved\",1,2]").expect("420[\"vote\"]");
            String id = engine.namespace("/").sockets().iterator().next().id();
            client.expect("431[\"" + id + "\",\"de\",1]");
            client.send("430[\"tea\"]");
            Eventually.equal(List.of("tea"), () -> List.copyOf(votes)); // else it might come after the disconnect
            assertEquals(true, engine.namespace("/").socket(id).isPresent());
            engine.namespace("/").to("a", "b").except("c").emit("moved", 1, 2);
            client.expect("42[\"moved\",1,2]");
            engine.namespace("/").local().emit("moved", 1, 2);
            client.expect("42[\"moved\",1,2]");
            engine.namespace("/").to("a").emit("news", "hello");
            client.expect("42[\"news\",\"hello\"]");
            engine.namespace("/").emit("news", "hello");
            client.expect("42[\"news\",\"hello\"]");
            engine.namespace("/").to("a").socketsJoin("b");
            assertEquals(1, engine.namespace("/").to("a").fetchSockets().join().size());
            engine.namespace("/").serverSideEmit("reload");
            Socket socket = engine.namespace("/").socket(id).orElseThrow();
            assertEquals(true, socket.rooms().contains("b"));
            socket.leave("a");
            assertEquals(false, socket.rooms().contains("a"));
            socket.disconnect();
            client.expect("41");
            socket.closeConnection();
            engine.close();
        }
    }

    @Test
    void aGuardRefusesAndSettingsAreTheEngines() {
        int adminPort = 0;
        Engine.builder().port(adminPort);
        EngineBuilder builder = Engine.builder().port(0);
        builder.allowOrigins("https://app.example.com").allowCredentials();
        builder.maxPayload(100_000).pingInterval(Duration.ofSeconds(20));
        builder.admission(handshake -> Admission.accept());
        builder.recovery(Recovery.window(Duration.ofMinutes(2)));
        builder.intercept(new ErrorHandlers());
        RuntimeException missing = assertThrows(
                RuntimeException.class, () -> builder.tls(Path.of("fullchain.pem"), Path.of("privkey.pem")));
        assertEquals(true, String.valueOf(missing.getMessage()).contains("fullchain.pem"), missing.getMessage());
        NamespaceBuilder chat = builder.namespace("/chat");
        chat.intercept(ErrorHandlers.asEventAndAck("error"));
        chat.intercept(new Guard());
        try (Engine engine = chat.start();
                WireClient client = WireClient.open(engine.port())) {
            assertEquals(Duration.ofSeconds(20), engine.limits().pingInterval());
            client.send("40/chat,").expect("44/chat,{\"message\":\"no\"}");
        }
    }
}
