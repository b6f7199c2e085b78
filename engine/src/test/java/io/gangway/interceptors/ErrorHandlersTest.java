package io.gangway.interceptors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.EventWriter;
import io.gangway.Interceptor;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorHandlersTest {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private Engine engine;
    private WireClient client;

    @AfterEach
    void close() {
        if (engine != null) {
            client.close();
            engine.close();
        }
    }

    /** Serves events named after what fails. */
    private void start(Interceptor ofTheEngine, Interceptor... ofTheNamespace) {
        NamespaceBuilder chat = Engine.builder().port(0).intercept(ofTheEngine).namespace("/");
        for (Interceptor interceptor : ofTheNamespace) {
            chat.intercept(interceptor);
        }
        engine = chat.on("file", (socket, arguments) -> {
                    throw new FileNotFoundException("secret");
                })
                .on("io", (socket, arguments) -> {
                    throw new IOException("secret");
                })
                .on("runtime", (socket, arguments) -> {
                    throw new IllegalStateException("secret");
                })
                .on("error", (socket, arguments) -> {
                    throw new AssertionError("secret");
                })
                .on("known", (socket, arguments) -> {
                    throw new EngineException("Message text is required");
                })
                .on("reserved", (socket, arguments) -> {
                    socket.join("user:42");
                    return Ack.empty();
                })
                .on("data", (socket, arguments) -> {
                    throw new EngineException("no", Map.of("max", 10));
                })
                .on("unwritable", (socket, arguments) -> {
                    throw new EngineException("no", new Object() {});
                })
                .on(
                        "later",
                        (socket, arguments) -> Ack.later(
                                CompletableFuture.failedFuture(new CompletionException(new IOException("secret")))))
                .on("leave", (socket, arguments) -> {
                    socket.disconnect();
                    return Ack.empty();
                })
                .onDisconnect((socket, reason) -> {
                    throw new IOException("secret");
                })
                .namespace(
                        "/connect",
                        namespace -> namespace.onConnect(socket -> {
                            throw new IOException("secret");
                        }))
                .namespace(
                        "/refuses",
                        namespace -> namespace.intercept(new Interceptor() {
                            @Override
                            public Ack aroundConnect(Socket socket, Chain chain) throws IOException {
                                throw new IOException("secret");
                            }
                        }))
                .start();
        client = WireClient.join(engine.port());
    }

    private static Ack told(String message) {
        return Ack.failed(new EngineException(message));
    }

    private static String error(String message) {
        return "{\"status\":\"error\",\"message\":\"" + message + "\"}";
    }

    @Test
    void theNearestSuperclassDecidesWhateverTheOrder() {
        start(new ErrorHandlers()
                .on(Throwable.class, (failure, socket) -> told("throwable"))
                .on(IOException.class, (failure, socket) -> told("io"))
                .on(Exception.class, (failure, socket) -> told("exception"))
                .on(FileNotFoundException.class, (failure, socket) -> told("file")));
        client.send("421[\"file\"]").expect("431[" + error("file") + "]");
        client.send("422[\"io\"]").expect("432[" + error("io") + "]");
        client.send("423[\"later\"]").expect("433[" + error("io") + "]");
        client.send("424[\"runtime\"]").expect("434[" + error("exception") + "]");
        client.send("425[\"error\"]").expect("435[" + error("throwable") + "]");
        client.send("42[\"file\"]").expect("42[\"exception\"," + error("file") + "]");
    }

    @Test
    void connectsAndDisconnectsCountToo() throws InterruptedException {
        start(new ErrorHandlers().on(IOException.class, (failure, socket) -> {
            seen.add(socket.namespace().name() + " " + failure.getMessage());
            return told("io");
        }));
        client.send("40/connect,").expectConnected();
        client.expect("42/connect,[\"exception\"," + error("io") + "]");
        client.send("40/refuses,").expect("44/refuses,{\"message\":\"io\"}");
        client.send("42[\"leave\"]").expect("41");
        assertEquals("/connect secret", seen.poll(10, TimeUnit.SECONDS));
        assertEquals("/refuses secret", seen.poll(10, TimeUnit.SECONDS));
        assertEquals("/ secret", seen.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void aHandlerThatSwallowsARefusalAdmitsNobody() {
        start(new ErrorHandlers().on(Throwable.class, (failure, socket) -> Ack.empty()));
        client.send("40/refuses,").expect("44/refuses,{\"message\":\"Internal server error\"}");
        assertEquals(0, engine.namespace("/refuses").sockets().size());
    }

    @Test
    void aHandlersAnswerTakesTheFailuresPlace() {
        start(new ErrorHandlers()
                .on(FileNotFoundException.class, (failure, socket) -> Ack.of("default"))
                .on(IOException.class, (failure, socket) -> Ack.empty())
                .on(AssertionError.class, (failure, socket) -> Ack.later(CompletableFuture.completedFuture("late"))));
        client.send("421[\"file\"]").expect("431[\"default\"]");
        client.send("422[\"io\"]").expect("432[]");
        client.send("423[\"error\"]").expect("433[\"late\"]");
    }

    @Test
    void whatAHandlerThrowsGoesOnOutwardsAndToNoOtherOfThem() {
        start(
                new ErrorHandlers()
                        .on(EngineException.class, (failure, socket) -> told("engine: " + failure.getMessage())),
                new ErrorHandlers()
                        .on(IOException.class, (failure, socket) -> {
                            throw new EngineException("from the handler");
                        })
                        .on(EngineException.class, (failure, socket) -> told("never")));
        client.send("421[\"io\"]").expect("431[" + error("engine: from the handler") + "]");
    }

    @Test
    void theNamespacesHandlersComeBeforeTheEngines() {
        start(
                new ErrorHandlers()
                        .on(FileNotFoundException.class, (failure, socket) -> told("the engine, nearer"))
                        .on(Exception.class, (failure, socket) -> told("the engine")),
                new ErrorHandlers().on(IOException.class, (failure, socket) -> told("the namespace")));
        client.send("421[\"file\"]").expect("431[" + error("the engine") + "]");
    }

    @Test
    void aFailureWithoutAHandlerGoesOn() {
        start(new ErrorHandlers().on(UnauthorizedException.class, (failure, socket) -> told("never")));
        client.send("421[\"known\"]").expect("431[" + error("Message text is required") + "]");
    }

    @Test
    void oneClassHasOneHandler() {
        ErrorHandlers handlers = new ErrorHandlers().on(IOException.class, (failure, socket) -> Ack.empty());
        assertEquals(
                "java.io.IOException has a handler already: register one handler per exception class",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> handlers.on(IOException.class, (failure, socket) -> Ack.empty()))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "connect_error", "disconnect", "newListener"})
    void asEventRefusesNamesThatNoEventCanBeEmittedBy(String name) {
        String words = assertThrows(IllegalArgumentException.class, () -> EventWriter.requireName(name))
                .getMessage();
        assertEquals(
                "\"" + name
                        + "\" is reserved by Socket.IO and cannot be emitted; choose another name, such as"
                        + " \"app:" + name + "\"",
                words);
        for (Executable early : List.<Executable>of(
                () -> ErrorHandlers.asEvent(name),
                () -> ErrorHandlers.asEventAndAck(name),
                () -> EventWriter.standard().write(name))) {
            assertEquals(
                    words, assertThrows(IllegalArgumentException.class, early).getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> ErrorHandlers.asEvent(" "));
        assertThrows(IllegalArgumentException.class, () -> ErrorHandlers.asEventAndAck(""));
    }

    @Test
    void asEventTellsWhatNobodyAskedForInNestsShape() {
        start(ErrorHandlers.asEvent("error"));
        client.send("42[\"known\"]");
        assertEquals("{\"message\":\"Message text is required\"}", nextError("42"));
        client.send("42[\"data\"]");
        assertEquals("{\"message\":\"no\",\"data\":{\"max\":10}}", nextError("42"));
        client.send("421[\"known\"]").expect("431[" + error("Message text is required") + "]");
    }

    @Test
    void asEventMasksWhatIsNotTheClientsBusinessBehindALoggedId() {
        start(ErrorHandlers.asEvent("error"));
        try (CapturedLog log = new CapturedLog()) {
            client.send("42[\"later\"]");
            Matcher body = Pattern.compile(
                            "\\{\"message\":\"Internal server error\",\"data\":\\{\"errorId\":\"([\\w-]{20})\"}}")
                    .matcher(nextError("42"));
            assertTrue(body.matches());
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.contains(body.group(1)))
                            .count());
            assertTrue(log.text().contains("java.io.IOException: secret"));
        }
    }

    @Test
    void asEventTellsOfConnectHandlersAndLeavesRefusalsAlone() {
        start(ErrorHandlers.asEvent("error"));
        client.send("40/connect,").expectConnected();
        assertTrue(nextError("42/connect,").startsWith("{\"message\":\"Internal server error\""));
        client.send("40/refuses,");
        assertTrue(client.next().startsWith("44/refuses,{\"message\":\"Internal server error\""));
    }

    @Test
    void asEventAndAckTellsWhereAnAckIsOwedTooAndTheSame() {
        start(ErrorHandlers.asEventAndAck("error"));
        client.send("42[\"data\"]");
        assertEquals("{\"message\":\"no\",\"data\":{\"max\":10}}", nextError("42"));
        client.send("421[\"data\"]");
        assertEquals("{\"message\":\"no\",\"data\":{\"max\":10}}", nextError("42"));
        client.expect("431[{\"status\":\"error\",\"message\":\"no\",\"data\":{\"max\":10}}]");
        try (CapturedLog log = new CapturedLog()) {
            client.send("422[\"later\"]");
            String told = nextError("42");
            assertEquals("432[{\"status\":\"error\"," + told.substring(1) + "]", client.next());
            assertEquals(1, log.complaints().lines().count(), log.text());
        }
        client.send("423[\"unwritable\"]").expectMasked("433[", "]");
        client.send("40/refuses,");
        assertTrue(client.next().startsWith("44/refuses,{\"message\":\"Internal server error\""));
    }

    @Test
    void aFilterOfTheApplicationsMayTellWhatAClientMayKnow() {
        start(new ErrorHandlers()
                .on(
                        Throwable.class,
                        (failure, socket) -> Ack.of(
                                EngineException.forClient(failure, "the filter").getMessage())));
        client.send("421[\"data\"]").expect("431[\"no\"]");
        client.send("422[\"runtime\"]").expect("432[\"Internal server error\"]");
        client.send("423[\"reserved\"]").expect("433[\"Room names that begin with \\\"user:\\\" are reserved\"]");
    }

    @Test
    void asEventTellsEvenOfWhatCannotBeWritten() {
        start(ErrorHandlers.asEvent("error"));
        client.send("42[\"unwritable\"]").expectMasked("42[\"exception\",", "]");
    }

    /** What stands as {@code error} in the next event of that name. */
    private String nextError(String prefix) {
        String packet = client.next();
        Matcher event = Pattern.compile(Pattern.quote(prefix)
                        + "\\[\"error\",\\{\"status\":\"error\",\"error\":(.*),\"timestamp\":\"[-0-9T:.]+Z\"}]")
                .matcher(packet);
        assertTrue(event.matches(), packet);
        return event.group(1);
    }
}
