package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ClientCount;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.Fetched;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.SocketSnapshot.Introduction;
import io.gangway.interceptors.ErrorHandlers;
import io.gangway.testing.CapturedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client hears, and what the log has, if a handler asks servers that are not there. */
class MissingServersTest {
    private static final String AWAY = "{\"status\":\"error\",\"message\":\"The other servers cannot be reached\"}";

    private final FakeCluster cluster = new FakeCluster();
    private Engine engine;
    private WireClient client;

    /** All that asks the other servers, and tells if one is missing. */
    enum Question {
        FETCH_SOCKETS(Namespace::fetchSockets),
        ALL_ROOMS(Namespace::allRooms),
        NODE_COUNT(Namespace::nodeCount),
        SERVERS(namespace -> namespace.serverSideEmitWithAck("x"));

        private final Function<Namespace, CompletableFuture<?>> asking;

        Question(Function<Namespace, CompletableFuture<?>> asking) {
            this.asking = asking;
        }
    }

    private EngineBuilder builder() {
        return Engine.builder().port(0).cluster(cluster).limits(limits -> limits.nodeTimeout(Duration.ofMillis(100)));
    }

    private void start(EngineBuilder builder, Question question) {
        engine = builder.namespace("/")
                .on("late", (socket, arguments) -> Ack.later(question.asking.apply(socket.namespace())))
                .on(
                        "joined",
                        (socket, arguments) ->
                                Ack.of(question.asking.apply(socket.namespace()).join()))
                .on(
                        "got",
                        (socket, arguments) ->
                                Ack.of(question.asking.apply(socket.namespace()).get()))
                .start();
        client = WireClient.join(engine.port());
    }

    @AfterEach
    void stop() {
        client.close();
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(Question.class)
    void aClientHearsThatTheOtherServersCannotBeReached(Question question) {
        cluster.goAway();
        start(builder(), question);
        client.send("420[\"late\"]").expect("430[" + AWAY + "]");
        client.send("421[\"joined\"]").expect("431[" + AWAY + "]");
        client.send("422[\"got\"]").expect("432[" + AWAY + "]");
        client.send("42[\"late\"]").expect("42[\"exception\"," + AWAY + "]");
    }

    @Test
    void aClientHearsThatAServerHasNotAnswered() {
        cluster.nodes(2);
        start(builder(), Question.FETCH_SOCKETS);
        client.send("420[\"late\"]")
                .expect("430[{\"status\":\"error\","
                        + "\"message\":\"timeout reached: only 0 responses received out of 1\"}]");
    }

    @Test
    void theLogHasTheCauseOnOneLineAndTheClientDoesNot() {
        cluster.goAway();
        try (CapturedLog log = new CapturedLog()) {
            start(builder(), Question.NODE_COUNT);
            client.send("420[\"late\"]").expect("430[" + AWAY + "]");
            // Logged before the answer is sent; an ERROR would have a stack trace.
            String line = log.complaints();
            assertTrue(line.contains("late") && line.contains("The other servers cannot be reached: away"), line);
            assertTrue(line.contains(" WARN ") && !log.text().contains("\tat "), log.text());
        }
    }

    @Test
    void anErrorHandlersEventTellsTheSame() {
        cluster.goAway();
        start(builder().intercept(ErrorHandlers.asEvent("error")), Question.ALL_ROOMS);
        assertTrue(client.send("42[\"late\"]").next().contains("The other servers cannot be reached"));
    }

    @Test
    void whatCameIsInTheFailure() {
        cluster.goAway();
        start(builder(), Question.NODE_COUNT);
        Throwable failure = assertThrows(
                        ExecutionException.class,
                        () -> engine.namespace("/").nodeCount().get(10, TimeUnit.SECONDS))
                .getCause();
        PartialResultException partial = assertInstanceOf(PartialResultException.class, failure);
        assertEquals(List.of(1), partial.partial(Integer.class));
        assertInstanceOf(ClusterUnavailableException.class, partial.getCause());
    }

    // ---- a socket of another node

    private RemoteSocket remote() throws Exception {
        cluster.nodes(2);
        start(builder(), Question.NODE_COUNT);
        CompletableFuture<List<RemoteSocket>> fetched =
                engine.namespace("/").timeout(Duration.ofSeconds(10)).fetchSockets();
        Introduction nothing =
                new Introduction(Map.of(), Map.of(), Map.of(), "1.2.3.4", Instant.EPOCH, "/", false, false);
        SocketSnapshot snapshot = new SocketSnapshot("elsewhere", nothing, Set.of(), FakeCluster.json("null"));
        cluster.say(new Fetched("other", cluster.next(Fetch.class).requestId(), List.of(snapshot)));
        return fetched.get(10, TimeUnit.SECONDS).get(1);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS))
                .getCause();
    }

    @Test
    void aSocketWhoseServerCannotBeReachedHasNotTimedOut() throws Exception {
        RemoteSocket remote = remote();
        cluster.goAway();
        assertInstanceOf(PartialResultException.class, failure(remote.emitWithAck(Duration.ofMinutes(1), "x")));
    }

    @Test
    void aSocketThatNoServerHasAnyMoreHasLeft() throws Exception {
        RemoteSocket remote = remote();
        CompletableFuture<Arguments> answer = remote.emitWithAck(Duration.ofMinutes(1), "x");
        String request = cluster.next(Broadcast.class).requestId();
        cluster.say(new ClientCount("other", request, 0));
        assertInstanceOf(DisconnectedException.class, failure(answer));
    }
}
