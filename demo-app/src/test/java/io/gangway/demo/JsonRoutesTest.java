package io.gangway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in, and notifying oneself, over HTTP. */
class JsonRoutesTest {
    private static final JwtSecret SECRET = JwtSecret.random();
    private static final String ALLOWED = "https://chat.example";

    private final HttpClient http = HttpClient.newHttpClient();
    private Demo demo;

    @BeforeEach
    void start() {
        demo = Demo.start(new Settings(0, List.of(ALLOWED), SECRET, Optional.empty()));
    }

    @AfterEach
    void close() {
        demo.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada",
                "Guest 1234",
                "7",
                "Ada O'Neill-Łukasz",
                "张伟",
                "a.b_c-d",
                "nomnomnomnomnomnomnomnomnomnomnomnomnomn"
            })
    void givesAnyoneATokenForAnHour(String name) throws Exception {
        HttpResponse<String> response = post("/token", json("name", name));
        assertEquals(200, response.statusCode());
        assertEquals(Optional.of("no-store"), response.headers().firstValue("Cache-Control"));
        DecodedJWT token = JWT.require(algorithm(SECRET)).build().verify(member(response, "token"));
        assertEquals(name, token.getSubject());
        Duration left = Duration.between(Instant.now(), token.getExpiresAtAsInstant());
        assertTrue(
                left.compareTo(Duration.ofMinutes(59)) > 0 && left.compareTo(Duration.ofMinutes(60)) <= 0, "" + left);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " ada",
                "ada ",
                ".",
                "-a",
                "<b>ada</b>",
                "a/b",
                "a\nb",
                "a\u0000b",
                "a\u202eb",
                "a\"b",
                "\ud83d\ude00",
                "nomnomnomnomnomnomnomnomnomnomnomnomnomno"
            })
    void refusesWhatIsNoName(String name) throws Exception {
        assertAnswers(
                400,
                "\"name\" must be 1 to 40 letters and digits,"
                        + " with spaces, dots, hyphens, underscores and apostrophes only between them",
                post("/token", json("name", name)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":null}",
                "{\"name\":5}",
                "{\"name\":true}",
                "{\"name\":[\"ada\"]}",
                "{\"Name\":\"ada\"}"
            })
    void refusesANameThatIsNoString(String body) throws Exception {
        assertAnswers(400, "\"name\" must be a string", post("/token", body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "\"ada\"", "{", "{name:'ada'}", "{\"name\":\"ada\"} {}", "name=ada", "[[[[["})
    void refusesWhatIsNoJsonObject(String body) throws Exception {
        assertAnswers(400, "The body must be a JSON object", post("/token", body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/jsonp",
                "json"
            })
    void refusesOtherTypesThanJson(String type) throws Exception {
        for (String path : List.of("/token", "/notifications")) {
            HttpRequest.Builder request =
                    request(path, BodyPublishers.ofString(json("name", "ada"))).setHeader("Content-Type", type);
            assertAnswers(415, "Content-Type must be application/json", send(request));
        }
    }

    @Test
    void takesJsonWithACharset() throws Exception {
        HttpRequest.Builder request = request("/token", BodyPublishers.ofString(json("name", "ada")))
                .setHeader("Content-Type", "Application/JSON; charset=utf-8");
        assertEquals(200, send(request).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/notifications"})
    void refusesBodiesThatAreLarge(String path) throws Exception {
        for (int length : List.of(4097, 60_000)) {
            byte[] body = " ".repeat(length).getBytes(StandardCharsets.US_ASCII);
            for (BodyPublisher publisher : List.of(
                    BodyPublishers.ofByteArray(body), // with Content-Length, and without
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))) {
                assertAnswers(413, "The body must not exceed 4096 bytes", send(request(path, publisher)));
            }
        }
        assertNotEquals(413, post(path, " ".repeat(4096)).statusCode());
    }

    @Test
    @Timeout(60)
    void cutsOffABodyThatDoesNotEnd() throws Exception {
        BodyPublisher endless = BodyPublishers.ofInputStream(() -> new InputStream() {
            @Override
            public int read() {
                return ' ';
            }
        });
        try {
            assertEquals(413, send(request("/token", endless)).statusCode());
        } catch (IOException cutOff) {
            // while it was still sending, before it saw the answer
        }
    }

    @Test
    void refusesWhatIsNotInUtf8() throws Exception {
        byte[] body = json("name", "Zoë").getBytes(StandardCharsets.ISO_8859_1);
        assertAnswers(400, "The body must be UTF-8", send(request("/token", BodyPublishers.ofByteArray(body))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/notifications"})
    void isThereForPostsAlone(String path) throws Exception {
        for (String method : List.of("GET", "PUT", "DELETE")) {
            HttpRequest.Builder request =
                    request(path, BodyPublishers.noBody()).method(method, BodyPublishers.ofString(json("name", "ada")));
            assertAnswers(404, "Not found", send(request));
        }
        assertAnswers(404, "Not found", post(path + "/", json("name", "ada")));
    }

    @Test
    void notifiesWhomTheTokenNamesAndNobodyTheBodyNames() throws Exception {
        HttpResponse<String> response = notification("bearer " + token("ada"), "{\"text\":\"Ahoy\",\"user\":\"bob\"}");
        assertEquals(202, response.statusCode());
        assertEquals("{\"notified\":\"ada\"}", response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic YWRhOmFkYQ==", "Bearer"})
    void notifiesNobodyWithoutAToken(String authorization) throws Exception {
        HttpResponse<String> response = notification(authorization, json("text", "Ahoy"));
        assertAnswers(401, "Missing authentication token", response);
        assertEquals(Optional.of("Bearer"), response.headers().firstValue("WWW-Authenticate"));
    }

    @Test
    void notifiesNobodyWhoseTokenIsNotGood() throws Exception {
        JWTCreator.Builder good =
                JWT.create().withSubject("ada").withExpiresAt(Instant.now().plusSeconds(60));
        for (String token : List.of(
                "abc",
                token("ada") + "x",
                good.sign(algorithm(JwtSecret.random())),
                good.sign(Algorithm.none()),
                good.sign(Algorithm.HMAC512(SECRET.value())),
                JWT.create().withSubject("ada").sign(algorithm(SECRET)),
                JWT.create().withExpiresAt(Instant.now().plusSeconds(60)).sign(algorithm(SECRET)))) {
            assertAnswers(401, "Invalid token", notification("Bearer " + token, json("text", "Ahoy")));
        }
        String expired = good.withExpiresAt(Instant.now().minusSeconds(1)).sign(algorithm(SECRET));
        assertAnswers(401, "Token expired", notification("Bearer " + expired, json("text", "Ahoy")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 501})
    void notifiesOfNoTextThatIsEmptyOrLong(int length) throws Exception {
        assertAnswers(
                400,
                "\"text\" must be 1 to 500 characters long, and not blank",
                notification("Bearer " + token("ada"), json("text", "x".repeat(length))));
    }

    @Test
    void notifiesOfNothingElseThanText() throws Exception {
        String authorization = "Bearer " + token("ada");
        assertAnswers(400, "\"text\" must be a string", notification(authorization, "{\"text\":{}}"));
        assertAnswers(
                400,
                "\"text\" must be 1 to 500 characters long, and not blank",
                notification(authorization, json("text", " \n")));
        assertEquals(
                202, notification(authorization, json("text", "x".repeat(500))).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/notifications"})
    void tellsWhoAsksTooOftenToWait(String path) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> all = Stream.generate(() -> http.sendAsync(
                        request(path, BodyPublishers.ofString("{}")).build(), BodyHandlers.ofString()))
                .limit(400)
                .toList();
        List<HttpResponse<String>> refused = all.stream()
                .map(CompletableFuture::join)
                .filter(response -> response.statusCode() == 429)
                .toList();
        assertTrue(!refused.isEmpty() && refused.size() <= 301, refused.size() + " of 400");
        assertAnswers(429, "Too many requests", refused.get(0));
        assertEquals(Optional.of("1"), refused.get(0).headers().firstValue("Retry-After"));
    }

    @ParameterizedTest
    @CsvSource({
        ALLOWED + ", true",
        "https://evil.example, false",
        "https://chat.example.evil.example, false",
        "https://chat-example, false",
        "null, false"
    })
    void letsPagesOfAllowedOriginsAskAndNoOthers(String origin, boolean allowed) throws Exception {
        for (String path : List.of("/token", "/notifications")) {
            HttpRequest.Builder preflight = HttpRequest.newBuilder(url(path))
                    .method("OPTIONS", BodyPublishers.noBody())
                    .setHeader("Origin", origin)
                    .setHeader("Access-Control-Request-Method", "POST")
                    .setHeader("Access-Control-Request-Headers", "content-type,authorization");
            Optional<String> answer = send(preflight).headers().firstValue("Access-Control-Allow-Origin");
            assertEquals(allowed ? Optional.of(origin) : Optional.empty(), answer);
        }
        HttpResponse<String> response = send(
                request("/token", BodyPublishers.ofString(json("name", "ada"))).setHeader("Origin", origin));
        assertEquals(
                allowed,
                response.headers().firstValue("Access-Control-Allow-Origin").isPresent());
        assertEquals(Optional.empty(), response.headers().firstValue("Access-Control-Allow-Credentials"));
    }

    private String token(String name) throws Exception {
        return member(post("/token", json("name", name)), "token");
    }

    private HttpResponse<String> notification(String authorization, String body) throws Exception {
        return send(request("/notifications", BodyPublishers.ofString(body)).setHeader("Authorization", authorization));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path, BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path, BodyPublisher body) {
        return HttpRequest.newBuilder(url(path)).POST(body).setHeader("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private URI url(String path) {
        return URI.create("http://localhost:" + demo.port() + path);
    }

    private static void assertAnswers(int status, String error, HttpResponse<String> response) {
        assertEquals(error, member(response, "error"));
        assertEquals(status, response.statusCode());
        assertEquals(Optional.of("application/json"), response.headers().firstValue("Content-Type"));
    }

    private static String member(HttpResponse<String> response, String name) {
        return JsonParser.parseString(response.body())
                .getAsJsonObject()
                .get(name)
                .getAsString();
    }

    private static String json(String name, String value) {
        JsonObject object = new JsonObject();
        object.addProperty(name, value);
        return object.toString();
    }

    private static Algorithm algorithm(JwtSecret secret) {
        return Algorithm.HMAC256(secret.value());
    }
}
