package io.gangway.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.EventHandler;
import io.gangway.Interceptor;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import io.gangway.clients.WireClient;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has a good token comes in, and is known from then on. */
class JwtInterceptorTest {
    private static final JwtInterceptor JWT = JwtInterceptor.hmac256(Tokens.SECRET);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static final EventHandler<Arguments> WHO = (socket, arguments) ->
            Ack.of(socket.attached(DecodedJWT.class).getSubject(), socket.user().orElse(null));

    private final List<WireClient> clients = new ArrayList<>();
    private Engine engine;

    @AfterEach
    void stop() {
        clients.forEach(WireClient::close);
        engine.close();
    }

    record Account(String name, boolean admin) {}

    private void start(Interceptor interceptor) {
        start(secure -> secure.intercept(interceptor).on("who", WHO));
    }

    private void start(Consumer<NamespaceBuilder> secure) {
        engine = Engine.builder().port(0).namespace("/s", secure::accept).start();
    }

    private WireClient open(String... headers) {
        WireClient client = WireClient.open(engine.port(), headers);
        clients.add(client);
        return client;
    }

    private WireClient joining(String token) {
        return open().send("40/s,{\"token\":\"" + token + "\"}");
    }

    private WireClient joined(String token) {
        WireClient client = joining(token);
        client.expectConnected();
        return client;
    }

    private static String refused(String message) {
        return "44/s,{\"message\":\"" + message + "\"}";
    }

    private static String failed(int ack, String message) {
        return "43/s," + ack + "[{\"status\":\"error\",\"message\":\"" + message + "\"}]";
    }

    // ---- where the token is

    @Test
    void aTokenInAuthIsGood() {
        start(JWT);
        joined(Tokens.of("42")).send("42/s,1[\"who\"]").expect("43/s,1[\"42\",\"42\"]");
    }

    @Test
    void aTokenInTheHeaderIsGood() {
        start(JWT);
        WireClient client = open("Authorization", "Bearer " + Tokens.of("42")).send("40/s,");
        client.expectConnected();
        client.send("42/s,1[\"who\"]").expect("43/s,1[\"42\",\"42\"]");
    }

    @Test
    void theSchemeIsTakenInWhateverCase() {
        start(JWT);
        open("authorization", "bEARER  " + Tokens.of("42")).send("40/s,").expectConnected();
    }

    @Test
    void authComesBeforeTheHeader() {
        start(JWT);
        WireClient client = open("Authorization", "Bearer " + Tokens.of("1"));
        client.send("40/s,{\"token\":\"" + Tokens.of("2") + "\"}").expectConnected();
        client.send("42/s,1[\"who\"]").expect("43/s,1[\"2\",\"2\"]");

        open("Authorization", "Bearer " + Tokens.of("1"))
                .send("40/s,{\"token\":\"bad\"}")
                .expect(refused("Invalid token"));
    }

    @Test
    void withoutATokenNobodyComesIn() {
        start(JWT);
        open().send("40/s,").expect(refused("Missing authentication token"));
        open().send("40/s,{}").expect(refused("Missing authentication token"));
        open().send("40/s,{\"jwt\":\"" + Tokens.of("42") + "\"}").expect(refused("Missing authentication token"));
        assertEquals(0, engine.namespace("/s").sockets().size());
    }

    // ---- keys

    @Test
    void eachKindOfKeyIsTaken() {
        KeyPair p384 = Tokens.ec("secp384r1");
        KeyPair p521 = Tokens.ec("secp521r1");
        byte[] secret = "s".repeat(64).getBytes(StandardCharsets.UTF_8);
        String claims = Tokens.claims("42");
        engine = Engine.builder()
                .port(0)
                .namespace("/HS384", n -> n.intercept(JwtInterceptor.hmac384(secret)))
                .namespace("/HS512", n -> n.intercept(JwtInterceptor.hmac512("s".repeat(64))))
                .namespace("/RS256", n -> n.intercept(JwtInterceptor.rsa256(Tokens.rsaKey())))
                .namespace("/RS384", n -> n.intercept(JwtInterceptor.rsa384(Tokens.rsaKey())))
                .namespace("/RS512", n -> n.intercept(JwtInterceptor.rsa512(Tokens.rsaKey())))
                .namespace("/ES256", n -> n.intercept(JwtInterceptor.ecdsa256(Tokens.ecKey())))
                .namespace("/ES384", n -> n.intercept(JwtInterceptor.ecdsa384((ECPublicKey) p384.getPublic())))
                .namespace("/ES512", n -> n.intercept(JwtInterceptor.ecdsa512((ECPublicKey) p521.getPublic())))
                .start();
        WireClient client = open();
        join(client, "/HS384", Tokens.hmac("HmacSHA384", secret, "{\"alg\":\"HS384\"}", claims));
        join(client, "/HS512", Tokens.hmac("HmacSHA512", secret, "{\"alg\":\"HS512\"}", claims));
        for (int bits : new int[] {256, 384, 512}) {
            String header = "{\"alg\":\"RS" + bits + "\"}";
            join(
                    client,
                    "/RS" + bits,
                    Tokens.signed("SHA" + bits + "withRSA", Tokens.RSA.getPrivate(), header, claims));
        }
        join(client, "/ES256", es(256, Tokens.EC, claims));
        join(client, "/ES384", es(384, p384, claims));
        join(client, "/ES512", es(512, p521, claims));
    }

    private static String es(int bits, KeyPair keys, String claims) {
        String algorithm = "SHA" + bits + "withECDSAinP1363Format";
        return Tokens.signed(algorithm, keys.getPrivate(), "{\"alg\":\"ES" + bits + "\"}", claims);
    }

    private static void join(WireClient client, String namespace, String token) {
        client.send("40" + namespace + ",{\"token\":\"" + token + "\"}").expectConnected();
    }

    @Test
    void weakKeysAreRefusedAtOnce() {
        engine = Engine.builder().build();
        weak("HS256 needs a secret of at least 32 bytes, got 31", () -> JwtInterceptor.hmac256("x".repeat(31)));
        weak("HS384 needs a secret of at least 48 bytes, got 47", () -> JwtInterceptor.hmac384(new byte[47]));
        weak("HS512 needs a secret of at least 64 bytes, got 1", () -> JwtInterceptor.hmac512("x"));
        weak("HS256 needs a secret of at least 32 bytes, got 0", () -> JwtInterceptor.hmac256(""));
        weak(
                "RS256 needs a key of at least 2048 bits, got 1024",
                () -> JwtInterceptor.rsa256((RSAPublicKey) Tokens.rsa(1024).getPublic()));
        weak(
                "ES384 needs a key on the curve secp384r1, but this one has 256 bits on another curve",
                () -> JwtInterceptor.ecdsa384(Tokens.ecKey()));
        weak(
                "ES256 needs a key on the curve secp256r1, but this one has 521 bits on another curve",
                () -> JwtInterceptor.ecdsa256(
                        (ECPublicKey) Tokens.ec("secp521r1").getPublic()));
        weak("the leeway must not be negative, but is PT-1S", () -> JWT.leeway(Duration.ofSeconds(-1)));
        weak("the grace period must not be negative, but is PT-1S", () -> JWT.watchExpiry(Duration.ofSeconds(-1)));
        weak("the maximum token length must be at least 1, but is 0", () -> JWT.maxTokenLength(0));
    }

    private static void weak(String message, Runnable making) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, making::run).getMessage());
    }

    @Test
    void theSecretMayBeWipedAfterwards() {
        byte[] secret = Tokens.SECRET.getBytes(StandardCharsets.UTF_8);
        JwtInterceptor interceptor = JwtInterceptor.hmac256(secret);
        Arrays.fill(secret, (byte) 0);
        start(interceptor);
        joined(Tokens.of("42"));
    }

    // ---- rules

    @Test
    void issuerAndAudienceAreAnyOfThoseGiven() {
        start(JWT.issuer("a", "b").audience("x", "y"));
        joined(Tokens.of("42", "\"iss\":\"b\",\"aud\":\"y\""));
        joined(Tokens.of("42", "\"iss\":\"a\",\"aud\":[\"w\",\"x\"]"));
        joining(Tokens.of("42", "\"iss\":\"c\",\"aud\":\"y\"")).expect(refused("Invalid token"));
        joining(Tokens.of("42", "\"iss\":\"a\",\"aud\":[\"w\"]")).expect(refused("Invalid token"));
    }

    @Test
    void theLeewayCountsForEachTime() {
        start(JWT.leeway(Duration.ofSeconds(60)));
        String aMinute = "\"nbf\":" + Tokens.in(50) + ",\"iat\":" + Tokens.in(50);
        joined(Tokens.hs256(Tokens.HS256, "{\"exp\":" + Tokens.in(-50) + "," + aMinute + "}"));
        joining(Tokens.expiring("42", -60)).expect(refused("Token expired"));
        joining(Tokens.of("42", "\"nbf\":" + Tokens.in(90))).expect(refused("Invalid token"));
        joining(Tokens.of("42", "\"iat\":" + Tokens.in(90))).expect(refused("Invalid token"));
    }

    @Test
    void aLongTokenNeedsALongMaximum() {
        start(JWT.maxTokenLength(20_000));
        joined(Tokens.of("4".repeat(10_000)));
        joining(Tokens.of("4".repeat(20_000))).expect(refused("Invalid token"));
    }

    @Test
    void anOptionMakesAnotherInterceptorAndLeavesTheFirst() {
        JwtInterceptor strict = JWT.issuer("us");
        engine = Engine.builder()
                .port(0)
                .namespace("/lax", lax -> lax.intercept(JWT))
                .namespace("/s", secure -> secure.intercept(strict))
                .start();
        join(open(), "/lax", Tokens.of("42"));
        joining(Tokens.of("42")).expect(refused("Invalid token"));
    }

    // ---- who it is

    @Test
    void theApplicationSaysWhatItMakesOfAToken() {
        start(secure -> secure.intercept(JWT.principal(
                                Account.class,
                                token -> new Account(
                                        token.getClaim("name").asString(),
                                        token.getClaim("admin").asBoolean()))
                        .user(token -> token.getClaim("name").asString()))
                .on(
                        "who",
                        (socket, arguments) -> Ack.of(
                                socket.attached(Account.class), socket.user().orElse(null))));
        joined(Tokens.of("42", "\"name\":\"Ada\",\"admin\":true"))
                .send("42/s,1[\"who\"]")
                .expect("43/s,1[{\"name\":\"Ada\",\"admin\":true},\"Ada\"]");
    }

    @Test
    void aTokenThatTheApplicationMakesNothingOfIsInvalid() {
        start(JWT.principal(Account.class, token -> null));
        joining(Tokens.of("42")).expect(refused("Invalid token"));
    }

    @Test
    void whatTheApplicationThrowsTheClientIsTold() {
        start(JWT.principal(Account.class, token -> {
            throw new EngineException("Account locked");
        }));
        joining(Tokens.of("42")).expect(refused("Account locked"));
    }

    @Test
    void aTokenWithoutASubjectIsNobodys() {
        start(JWT);
        joined(Tokens.hs256(Tokens.HS256, "{\"exp\":" + Tokens.in(60) + "}"))
                .send("42/s,1[\"who\"]")
                .expect("43/s,1[null,null]");
        joined(Tokens.of("")).send("42/s,1[\"who\"]").expect("43/s,1[\"\",null]");
        for (String subject :
                List.of("42", "4.2", "true", "false", "null", "{}", "[]", "[\"42\"]", "{\"id\":\"42\"}")) {
            String claims = "{\"sub\":" + subject + ",\"exp\":" + Tokens.in(60) + "}";
            WireClient nobody = joined(Tokens.hs256(Tokens.HS256, claims)).send("42/s,1[\"who\"]");
            String answer = nobody.next();
            assertTrue(answer.endsWith(",null]"), "signed in by " + claims + ": " + answer);
        }
        assertEquals(
                11,
                engine.namespace("/s").sockets().stream()
                        .filter(socket -> socket.rooms().size() == 1)
                        .count());
    }

    @Test
    void anAudienceThatIsANumberIsNotThatText() {
        start(JWT.audience("7"));
        joined(Tokens.of("1", "\"aud\":\"7\""));
        joined(Tokens.of("1", "\"aud\":[8,\"7\"]"));
        for (String other : List.of("7", "[7]", "[[\"7\"]]", "{\"7\":\"7\"}", "true", "null", "[]", "[null]")) {
            joining(Tokens.of("1", "\"aud\":" + other)).expect(refused("Invalid token"));
        }
    }

    @Test
    void aUserIsReachedOnAllDevicesAndNobodyElse() {
        start(JWT);
        WireClient phone = joined(Tokens.of("42"));
        WireClient laptop = joined(Tokens.of("42"));
        WireClient other = joined(Tokens.of("43"));
        engine.namespace("/s").user("42").emit("news", 1);
        engine.namespace("/s").emit("end");
        phone.expect("42/s,[\"news\",1]", "42/s,[\"end\"]");
        laptop.expect("42/s,[\"news\",1]", "42/s,[\"end\"]");
        other.expect("42/s,[\"end\"]");
    }

    @Test
    void aClientCannotTalkItsWayIntoAUsersRoom() {
        start(secure -> secure.intercept(JWT).on("joinRoom", String.class, (socket, room) -> {
            socket.join(room);
            return Ack.empty();
        }));
        WireClient thief = joined(Tokens.of("43"));
        String answer = thief.send("42/s,1[\"joinRoom\",\"user:42\"]").next();
        assertTrue(answer.startsWith("43/s,1[{\"status\":\"error\""), answer);
        joined(Tokens.of("user:42")).send("42/s,1[\"joinRoom\",\"42\"]").expect("43/s,1[]");
        WireClient owner = joined(Tokens.of("42"));
        engine.namespace("/s").user("42").emit("secret");
        engine.namespace("/s").emit("end");
        owner.expect("42/s,[\"secret\"]");
        thief.expect("42/s,[\"end\"]");
    }

    @Test
    void aRefusedClientReachesNobodysRoom() {
        start(secure -> secure.intercept(JWT).intercept(new Interceptor() {
            @Override
            public Ack aroundConnect(Socket socket, Chain chain) {
                return Ack.failed(new EngineException("full"));
            }
        }));
        joining(Tokens.of("42")).expect(refused("full"));
        assertEquals(List.of(), List.copyOf(engine.namespace("/s").roomNames()));
    }

    // ---- when it is checked

    @Test
    void byDefaultATokenMayExpireWhileItsClientIsConnected() {
        MovedClock clock = new MovedClock();
        start(JWT.with(clock));
        WireClient client = joined(clock.tokenWith(60));
        clock.advance(MINUTE);
        client.send("42/s,1[\"who\"]").expect("43/s,1[\"42\",\"42\"]");
    }

    @Test
    void onConnectAndOnEventsChecksBoth() {
        MovedClock clock = new MovedClock();
        start(JWT.with(clock).onConnect().onEvents());
        joining("x.y.z").expect(refused("Invalid token"));
        WireClient client = joined(clock.tokenWith(60));
        clock.advance(MINUTE);
        client.send("42/s,2[\"who\"]").expect(failed(2, "Token expired"));
        client.send("42/s,[\"who\"]")
                .expect("42/s,[\"exception\",{\"status\":\"error\",\"message\":\"Token expired\"}]");
    }

    @Test
    void onEventsAloneLetsAnyoneConnect() {
        start(JWT.onEvents());
        WireClient stranger = open();
        stranger.send("40/s,").expectConnected();
        stranger.send("42/s,1[\"who\"]").expect(failed(1, "Missing authentication token"));
        joined("x.y.z").send("42/s,1[\"who\"]").expect(failed(1, "Invalid token"));
        joined(Tokens.expiring("42", -1)).send("42/s,1[\"who\"]").expect(failed(1, "Token expired"));
        joined(Tokens.of("42")).send("42/s,1[\"who\"]").expect("43/s,1[\"42\",\"42\"]");
    }

    // ---- for one event

    private void startWithGuardedEvent(JwtInterceptor guard) {
        start(open -> open.on("hello", (socket, arguments) -> Ack.of("hello")).on("who", WHO, guard));
    }

    @Test
    void anEventsOwnGuardChecksThatEventAlone() {
        startWithGuardedEvent(JWT);
        WireClient stranger = open();
        stranger.send("40/s,").expectConnected();
        stranger.send("42/s,1[\"hello\"]").expect("43/s,1[\"hello\"]");
        stranger.send("42/s,2[\"who\"]").expect(failed(2, "Missing authentication token"));
        joined("x.y.z").send("42/s,1[\"who\"]").expect(failed(1, "Invalid token"));
        joined(Tokens.of("42")).send("42/s,1[\"who\"]").expect("43/s,1[\"42\",\"42\"]");
    }

    @Test
    void anEventsOwnGuardSeesATokenExpire() {
        MovedClock clock = new MovedClock();
        startWithGuardedEvent(JWT.with(clock));
        WireClient client = joined(clock.tokenWith(60));
        client.send("42/s,1[\"who\"]").expect("43/s,1[\"42\",\"42\"]");
        clock.advance(MINUTE);
        client.send("42/s,2[\"who\"]").expect(failed(2, "Token expired"));
        client.send("42/s,3[\"hello\"]").expect("43/s,3[\"hello\"]");
    }

    @Test
    void anEventsOwnGuardMayAskForMoreThanTheNamespace() {
        start(secure -> secure.intercept(JWT).on("who", WHO, JWT.require("admin")));
        joined(Tokens.of("42")).send("42/s,1[\"who\"]").expect(failed(1, "Invalid token"));
        WireClient admin = joined(Tokens.of("43", "\"admin\":true"));
        admin.send("42/s,1[\"who\"]").expect("43/s,1[\"43\",\"43\"]");
        admin.send("42/s,2[\"who\"]").expect("43/s,2[\"43\",\"43\"]");
    }

    @Test
    void anEventsOwnGuardDoesNotTrustAnothersKey() {
        start(secure -> secure.intercept(JWT).on("who", WHO, JwtInterceptor.hmac256("o".repeat(32))));
        joined(Tokens.of("42")).send("42/s,1[\"who\"]").expect(failed(1, "Invalid token"));
    }
}
