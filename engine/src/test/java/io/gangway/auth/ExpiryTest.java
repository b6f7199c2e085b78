package io.gangway.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.EventHandler;
import io.gangway.Interceptor;
import io.gangway.Recovery;
import io.gangway.Socket;
import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import io.gangway.testing.TimeBound;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A token expires while its client is connected. */
class ExpiryTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofSeconds(20);
    private static final JwtInterceptor JWT = JwtInterceptor.hmac256(Tokens.SECRET);

    private static final String TOLD = "42/s,[\"auth_expired\"]";
    private static final String DISCONNECTED = "41/s,";
    private static final String RENEWED = "43/s,1[{\"status\":\"ok\"}]";

    private static final EventHandler<Arguments> WHO = (socket, arguments) -> Ack.of(
            socket.attached(DecodedJWT.class).getClaim("n").asInt(),
            socket.user().orElse(null));

    private final MovedClock clock = new MovedClock();
    private final JwtInterceptor jwt = JWT.with(clock);
    private final List<WireClient> clients = new ArrayList<>();
    private final BlockingQueue<String> left = new LinkedBlockingQueue<>();
    private Engine engine;

    @AfterEach
    void stop() {
        clients.forEach(WireClient::close);
        engine.close();
    }

    private void start(Interceptor interceptor) {
        engine = Engine.builder()
                .port(0)
                .namespace("/s")
                .intercept(interceptor)
                .onDisconnect((socket, reason) -> left.add(reason.toString()))
                .on("who", WHO)
                .start();
    }

    private WireClient joining(String token) {
        WireClient client = WireClient.open(engine.port());
        clients.add(client);
        return client.send("40/s,{\"token\":\"" + token + "\"}");
    }

    private WireClient joined(String token) {
        WireClient client = joining(token);
        client.expectConnected();
        return client;
    }

    /** A token that lasts until the clock has been moved on by {@link #SHORT}. */
    private String expiring() {
        return clock.tokenWith(SHORT.toSeconds());
    }

    private static String reauth(String token) {
        return "42/s,1[\"reauth\",\"" + token + "\"]";
    }

    private static String failed(String message) {
        return "43/s,1[{\"status\":\"error\",\"message\":\"" + message + "\"}]";
    }

    private Socket socket() {
        return engine.namespace("/s").sockets().iterator().next();
    }

    @Test
    @Tag("threads")
    void theClientIsToldAndAfterTheGraceDisconnected() throws Exception {
        start(JWT); // the first connect of a JVM takes its time: longer, perhaps, than a token lasts here
        joined(Tokens.of("42"));
        stop();
        assertNotNull(left.poll(10, TimeUnit.SECONDS));
        start(JWT.watchExpiry(Duration.ofMillis(500)));
        long exp;
        String answer;
        WireClient client;
        int lasting = 1;
        do { // a machine that stands still may let even this one's token expire before it is in
            lasting *= 2;
            exp = Tokens.in(lasting);
            client = joining(Tokens.hs256(Tokens.HS256, "{\"sub\":\"42\",\"exp\":" + exp + "}"));
            answer = client.next();
        } while (answer.equals("44/s,{\"message\":\"Token expired\"}") && lasting < 8);
        assertTrue(answer.startsWith("40/s,"), answer);
        client.expect(TOLD);
        assertTrue(!Instant.now().isBefore(Instant.ofEpochSecond(exp)), "told before its time");
        client.expect(DISCONNECTED);
        Duration since = Duration.between(Instant.ofEpochSecond(exp), Instant.now());
        assertTrue(since.toMillis() >= 500, "disconnected " + since + " after exp");
        TimeBound.assertWithinMillis(1_500, since.toMillis(), "disconnecting after exp");
        assertNotNull(left.poll(10, TimeUnit.SECONDS));
        assertEquals(0, engine.namespace("/s").sockets().size());
    }

    @Test
    void withoutWatchingNothingHappens() {
        start(jwt);
        WireClient client = joined(expiring());
        clock.advance(SHORT);
        client.send("42/s,1[\"who\"]").expect("43/s,1[null,\"42\"]");
        client.send(reauth("x")).send("42/s,2[\"who\"]").expect("43/s,2[null,\"42\"]");
    }

    @Test
    void aNewTokenWithinTheGraceKeepsTheClientIn() {
        start(jwt.watchExpiry(LONG));
        WireClient client = joined(expiring());
        clock.advance(SHORT);
        client.expect(TOLD);
        client.send(reauth(Tokens.of("42", "\"n\":2"))).expect(RENEWED);
        client.send("42/s,1[\"who\"]").expect("43/s,1[2,\"42\"]");
    }

    @Test
    void aNewTokenMayComeBeforeAndIsWatchedInTurn() {
        start(jwt.watchExpiry(Duration.ZERO));
        WireClient client = joined(expiring());
        client.send(reauth(clock.tokenWith(2 * SHORT.toSeconds(), "\"n\":2"))).expect(RENEWED);
        clock.advance(SHORT);
        client.send("42/s,1[\"who\"]").expect("43/s,1[2,\"42\"]");
        clock.advance(SHORT);
        client.expect(TOLD, DISCONNECTED);
    }

    @Test
    void aTokenMayComeAsAnObjectAndWithoutAnAck() {
        start(jwt.watchExpiry(LONG));
        WireClient client = joined(Tokens.of("42"));
        client.send("42/s,1[\"reauth\",{\"token\":\"" + Tokens.of("42", "\"n\":2") + "\"}]")
                .expect(RENEWED);
        client.send("42/s,[\"reauth\",\"" + Tokens.of("42", "\"n\":3") + "\"]");
        client.send("42/s,1[\"who\"]").expect("43/s,1[3,\"42\"]");
        client.send("42/s,[\"reauth\",\"bad\"]")
                .expect("42/s,[\"exception\",{\"status\":\"error\",\"message\":\"Invalid token\"}]");
    }

    @Test
    void aBadTokenChangesNothing() {
        start(jwt.watchExpiry(LONG));
        WireClient client = joined(Tokens.of("42", "\"n\":1"));
        client.send("42/s,1[\"reauth\"]").expect(failed("Missing authentication token"));
        client.send("42/s,1[\"reauth\",null]").expect(failed("Missing authentication token"));
        client.send("42/s,1[\"reauth\",{}]").expect(failed("Missing authentication token"));
        client.send("42/s,1[\"reauth\",7]").expect(failed("Invalid token"));
        client.send("42/s,1[\"reauth\",[\"" + Tokens.of("42") + "\"]]").expect(failed("Invalid token"));
        client.send(reauth("x.y.z")).expect(failed("Invalid token"));
        client.send(reauth(Tokens.expiring("42", -1))).expect(failed("Token expired"));
        client.send("42/s,1[\"who\"]").expect("43/s,1[1,\"42\"]");
    }

    @Test
    void aBadTokenDoesNotStretchTheGrace() {
        start(jwt.watchExpiry(LONG));
        WireClient client = joined(expiring());
        clock.advance(SHORT);
        client.expect(TOLD);
        clock.advance(LONG.minusSeconds(1));
        client.send(reauth(Tokens.of("43"))).expect(failed("Invalid token"));
        clock.advance(Duration.ofSeconds(1));
        client.expect(DISCONNECTED);
    }

    @Test
    void aNewTokenMustBeTheSameUsers() {
        start(jwt.watchExpiry(LONG));
        WireClient client = joined(Tokens.of("42", "\"n\":1"));
        client.send(reauth(Tokens.of("43", "\"n\":2"))).expect(failed("Invalid token"));
        client.send(reauth(Tokens.hs256(Tokens.HS256, "{\"exp\":" + Tokens.in(60) + "}")))
                .expect(failed("Invalid token"));
        client.send("42/s,1[\"who\"]").expect("43/s,1[1,\"42\"]");
    }

    @Test
    void theEventsCheckGoesByTheNewToken() {
        start(jwt.onConnect().onEvents().watchExpiry(LONG));
        WireClient client = joined(expiring());
        clock.advance(SHORT);
        client.expect(TOLD);
        client.send("42/s,1[\"who\"]").expect(failed("Token expired"));
        client.send(reauth(Tokens.of("42", "\"n\":2"))).expect(RENEWED);
        client.send("42/s,1[\"who\"]").expect("43/s,1[2,\"42\"]");
    }

    @Test
    void anEventsOwnGuardGoesByTheNewTokenToo() {
        engine = Engine.builder()
                .port(0)
                .namespace("/s")
                .intercept(jwt.watchExpiry(LONG))
                .on("guarded", (socket, arguments) -> Ack.of("in"), jwt)
                .start();
        WireClient client = joined(expiring());
        clock.advance(SHORT);
        client.expect(TOLD);
        client.send("42/s,1[\"guarded\"]").expect(failed("Token expired"));
        client.send(reauth(Tokens.of("42"))).expect(RENEWED);
        client.send("42/s,1[\"guarded\"]").expect("43/s,1[\"in\"]");
    }

    @Test
    void aTokenFirstSeenWithAnEventIsWatchedFromThen() {
        start(jwt.onEvents().watchExpiry(Duration.ZERO));
        WireClient client = joined(expiring());
        client.send("42/s,1[\"who\"]").expect("43/s,1[null,\"42\"]");
        clock.advance(SHORT);
        client.expect(TOLD, DISCONNECTED);
    }

    @Test
    void whoConnectedWithoutATokenMayStillPresentOne() {
        start(jwt.onEvents().watchExpiry(LONG));
        WireClient client = WireClient.open(engine.port());
        clients.add(client);
        client.send("40/s,").expectConnected();
        client.send("42/s,1[\"who\"]").expect(failed("Missing authentication token"));
        client.send(reauth(Tokens.of("42", "\"n\":1"))).expect(RENEWED);
        client.send("42/s,1[\"who\"]").expect("43/s,1[1,\"42\"]");
        client.send(reauth(Tokens.of("43"))).expect(failed("Invalid token"));
    }

    @Test
    void inAGatewayItWorksTheSame() {
        engine = Engine.builder()
                .port(0)
                .namespace(
                        "/s", secure -> secure.intercept(jwt.watchExpiry(LONG)).on("who", WHO))
                .start();
        WireClient client = joined(Tokens.of("42", "\"n\":1"));
        client.send(reauth(Tokens.of("42", "\"n\":2"))).expect(RENEWED);
        client.send("42/s,1[\"who\"]").expect("43/s,1[2,\"42\"]");
    }

    @Test
    void theLeewayIsWaitedForToo() {
        start(jwt.leeway(SHORT).watchExpiry(LONG));
        WireClient client = joined(expiring());
        clock.advance(SHORT);
        client.send("42/s,1[\"who\"]").expect("43/s,1[null,\"42\"]");
        client.send(reauth(expiring())).expect(RENEWED);
        clock.advance(SHORT);
        client.send("42/s,2[\"who\"]").expect("43/s,2[null,\"42\"]");
        clock.advance(SHORT);
        client.expect(TOLD);
    }

    @Test
    @Tag("threads")
    void nothingHoldsOnToASocketThatLeft() throws Exception {
        start(JWT.watchExpiry(LONG));
        WireClient client = joined(Tokens.of("42"));
        WeakReference<Socket> socket = new WeakReference<>(socket());
        client.send("41/s,");
        assertNotNull(left.poll(10, TimeUnit.SECONDS));
        awaitCollected(socket);
    }

    @Test
    void nothingHoldsOnToASocketThatWasRefusedFurtherIn() {
        BlockingQueue<WeakReference<Socket>> refused = new LinkedBlockingQueue<>();
        engine = Engine.builder()
                .port(0)
                .intercept(JWT.watchExpiry(LONG))
                .namespace(
                        "/s",
                        full -> full.intercept(new Interceptor() {
                            @Override
                            public Ack aroundConnect(Socket socket, Chain chain) {
                                refused.add(new WeakReference<>(socket));
                                return Ack.failed(new EngineException("full"));
                            }
                        }))
                .start();
        WireClient client = WireClient.open(engine.port());
        clients.add(client);
        client.send("40/s,{\"token\":\"" + Tokens.of("42") + "\"}").expect("44/s,{\"message\":\"full\"}");
        awaitCollected(refused.remove());
    }

    @Test
    void aTokenThatExpiresWhileItsClientIsAwayCountsNoMore() throws Exception {
        engine = Engine.builder()
                .port(0)
                .recovery(Recovery.window(LONG))
                .namespace("/")
                .intercept(jwt.watchExpiry(LONG))
                .onDisconnect((socket, reason) -> left.add(reason.toString()))
                .start();
        String old = ",\"token\":\"" + expiring() + "\"";
        ReturningClient client = ReturningClient.join(engine.port(), old);
        client.cut();
        assertNotNull(left.poll(10, TimeUnit.SECONDS));
        engine.namespace("/").user("42").emit("missed");
        clock.advance(SHORT);
        WireClient refused = WireClient.open(engine.port());
        refused.send("40{\"pid\":\"" + client.privateId() + "\"" + old + "}")
                .expect("44{\"message\":\"Token expired\"}");
        for (String user : List.of("43", "42")) {
            String token = ",\"token\":\"" + Tokens.of(user) + "\"";
            ReturningClient back = ReturningClient.with(client.privateId(), engine.port(), token);
            assertEquals(user.equals("42"), back.id().equals(client.id()), user);
            if (user.equals("42")) {
                back.expect("42[\"missed\"]");
            }
            back.wire().close();
        }
    }

    private static void awaitCollected(WeakReference<Socket> socket) {
        Eventually.holds("the socket is collected", () -> {
            System.gc();
            return socket.refersTo(null);
        });
    }
}
