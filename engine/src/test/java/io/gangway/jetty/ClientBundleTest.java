package io.gangway.jetty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Admission;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.clients.RawClient;
import io.gangway.testing.CapturedLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JavaScript client that pages load from the engine: what npm installs, and what is answered where there is none. */
class ClientBundleTest {
    private static final Path DIST = Path.of("target", "js", "node_modules", "socket.io-client", "dist");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Engine start(UnaryOperator<EngineBuilder> choices) {
        return choices.apply(Engine.builder().port(0)).start();
    }

    private static Engine serving() {
        return start(builder -> builder.http(http -> http.clientBundle(DIST)));
    }

    private static HttpResponse<byte[]> request(Engine engine, String method, String target, String... headers) {
        URI uri = URI.create("http://localhost:" + engine.port() + target);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    private static HttpResponse<byte[]> get(Engine engine, String target, String... headers) {
        return request(engine, "GET", target, headers);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), UTF_8);
    }

    // ---- the files

    @ParameterizedTest
    @CsvSource({
        "socket.io.js, application/javascript; charset=utf-8",
        "socket.io.min.js, application/javascript; charset=utf-8",
        "socket.io.esm.min.js, application/javascript; charset=utf-8",
        "socket.io.msgpack.min.js, application/javascript; charset=utf-8",
        "socket.io.js.map, application/json; charset=utf-8",
        "socket.io.min.js.map, application/json; charset=utf-8",
        "socket.io.esm.min.js.map, application/json; charset=utf-8",
        "socket.io.msgpack.min.js.map, application/json; charset=utf-8"
    })
    void everyFileOfNpmIsServedAsItIs(String name, String type) throws IOException {
        try (Engine engine = serving()) {
            HttpResponse<byte[]> response = get(engine, "/socket.io/" + name);
            assertEquals(200, response.statusCode());
            assertArrayEquals(Files.readAllBytes(DIST.resolve(name)), response.body());
            assertEquals(type, header(response, "Content-Type"));
            assertEquals("public, max-age=0", header(response, "Cache-Control"));
            assertNull(header(response, "Content-Encoding"));
        }
    }

    @Test
    void theQueryIsIgnoredWhateverItSays() {
        try (Engine engine = serving()) {
            for (String query : List.of("?v=4.8.1", "?EIO=4&transport=polling", "?%zz", "?")) {
                assertEquals(200, rawStatus(engine, "GET /socket.io/socket.io.js" + query), query);
            }
        }
    }

    private static int rawStatus(Engine engine, String methodAndTarget, String... headers) {
        try (RawClient client = RawClient.connect(engine.port())) {
            String[] parts = methodAndTarget.split(" ");
            return client.request(parts[0], parts[1], headers).status();
        }
    }

    @Test
    void headTellsTheLengthAndSendsNothing() throws IOException {
        try (Engine engine = serving()) {
            HttpResponse<byte[]> response = request(engine, "HEAD", "/socket.io/socket.io.js");
            assertEquals(200, response.statusCode());
            assertEquals(Files.size(DIST.resolve("socket.io.js")) + "", header(response, "Content-Length"));
            assertEquals(0, response.body().length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void otherMethodsAreRefused(String method) {
        try (Engine engine = serving()) {
            HttpResponse<byte[]> response = request(engine, method, "/socket.io/socket.io.js");
            assertEquals(405, response.statusCode());
            assertEquals("GET, HEAD", header(response, "Allow"));
        }
    }

    @Test
    void aFileThatIsNotThereIsNamedBesideThoseThatAre() {
        try (Engine engine = serving()) {
            HttpResponse<byte[]> response = get(engine, "/socket.io/socket.io.slim.js");
            assertEquals(404, response.statusCode());
            assertEquals("text/plain; charset=utf-8", header(response, "Content-Type"));
            assertTrue(
                    text(response).contains("no socket.io.slim.js here. Available: socket.io.esm.min.js, "),
                    text(response));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/socket.io/../package.json",
                "/socket.io/%2e%2e/package.json",
                "/socket.io/..%2fpackage.json",
                "/socket.io/..%5cpackage.json",
                "/socket.io/socket.io.js/../../package.json",
                "/socket.io/socket.io.js%00.map",
                "/socket.io/dist/socket.io.js",
                "/socket.io//socket.io.js",
                "/socket.io/socket.io.js/",
                "/socket.io/package.json",
                "/socket.io/socket.io..js",
                "/socket.io/socket.io.d.ts"
            })
    void noOtherFileIsReachable(String target) {
        try (Engine engine = serving()) {
            int status = rawStatus(engine, "GET " + target);
            assertTrue(status == 400 || status == 404, target + ": " + status);
        }
    }

    @Test
    void whatIsBelowAnotherPathIsServedThere() {
        try (Engine engine = start(builder -> builder.path("/ws/").http(http -> http.clientBundle(DIST)))) {
            assertEquals(200, get(engine, "/ws/socket.io.js").statusCode());
            assertEquals(404, get(engine, "/socket.io/socket.io.js").statusCode());
        }
    }

    @Test
    void theEngineAnswersItsOtherPathsAsBefore() {
        try (Engine engine = serving();
                RawClient client = RawClient.connect(engine.port())) {
            assertEquals(200, client.get(RawClient.POLLING).status());
            assertEquals(
                    "400 {\"code\":0,\"message\":\"Transport unknown\"}",
                    client.get("/socket.io/").shown());
            assertEquals(400, client.get("/socket.io/other.js").status());
            assertEquals(400, client.get("/socket.io").status());
        }
    }

    // ---- what the browser has

    @Test
    void whoeverHasItIsSaidSoByItsStrongOrWeakTag() {
        try (Engine engine = serving()) {
            String path = "/socket.io/socket.io.min.js";
            String tag = header(get(engine, path), "ETag");
            String compressed = header(get(engine, path, "Accept-Encoding", "gzip"), "ETag");
            assertTrue(tag.matches("\"[0-9a-f]{32}\""), tag);
            assertNotEquals(tag, compressed);
            for (String known : List.of(
                    tag, "W/" + tag, compressed, "W/" + compressed, "*", "\"other\", W/" + tag, "\"a,b\"," + tag)) {
                HttpResponse<byte[]> response = get(engine, path, "If-None-Match", known);
                assertEquals(304, response.statusCode(), known);
                assertEquals(tag, header(response, "ETag"));
                assertEquals("public, max-age=0", header(response, "Cache-Control"));
                assertEquals(0, response.body().length);
                assertEquals(
                        304,
                        request(engine, "HEAD", path, "If-None-Match", known).statusCode());
            }
            for (String other : List.of("\"4.7.0\"", tag.replace("\"", ""), "W/\"\"", "")) {
                assertEquals(200, get(engine, path, "If-None-Match", other).statusCode(), other);
            }
            assertNotEquals(tag, header(get(engine, "/socket.io/socket.io.js"), "ETag"));
        }
    }

    @Test
    void whoTakesGzipGetsItUnlessItIsOff() throws IOException {
        byte[] plain = Files.readAllBytes(DIST.resolve("socket.io.js"));
        try (Engine engine = serving()) {
            HttpResponse<byte[]> response = get(engine, "/socket.io/socket.io.js", "Accept-Encoding", "br, gzip");
            assertEquals("gzip", header(response, "Content-Encoding"));
            assertEquals("Accept-Encoding", header(response, "Vary"));
            assertEquals(response.body().length + "", header(response, "Content-Length"));
            assertTrue(response.body().length < plain.length / 3, response.body().length + " bytes");
            assertArrayEquals(plain, new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes());
            HttpResponse<byte[]> refused = get(engine, "/socket.io/socket.io.js", "Accept-Encoding", "gzip;q=0");
            assertNull(header(refused, "Content-Encoding"));
            assertEquals("Accept-Encoding", header(refused, "Vary"));
        }
        try (Engine engine =
                start(builder -> builder.http(http -> http.withoutCompression().clientBundle(DIST)))) {
            HttpResponse<byte[]> response = get(engine, "/socket.io/socket.io.js", "Accept-Encoding", "gzip");
            assertNull(header(response, "Content-Encoding"));
            assertNull(header(response, "Vary"));
            assertArrayEquals(plain, response.body());
        }
    }

    // ---- pages of other origins, and of everybody

    @Test
    void corsSaysWhichPagesMayReadItAndRefusesNobody() {
        try (CapturedLog log = new CapturedLog();
                Engine engine = start(builder ->
                        builder.allowOrigins("https://ours.example").http(http -> http.clientBundle(DIST)))) {
            String path = "/socket.io/socket.io.esm.min.js";
            HttpResponse<byte[]> ours = get(engine, path, "Origin", "https://ours.example");
            assertEquals(200, ours.statusCode());
            assertEquals("https://ours.example", header(ours, "Access-Control-Allow-Origin"));
            assertTrue(ours.headers().allValues("Vary").contains("Origin"));
            HttpResponse<byte[]> foreign = get(engine, path, "Origin", "https://foreign.example");
            assertEquals(200, foreign.statusCode());
            assertNull(header(foreign, "Access-Control-Allow-Origin"));
            HttpResponse<byte[]> asked = request(engine, "OPTIONS", path, "Origin", "https://ours.example");
            assertEquals(204, asked.statusCode());
            assertEquals("https://ours.example", header(asked, "Access-Control-Allow-Origin"));
            assertEquals("", log.complaints(), log::text);
        }
    }

    @Test
    void itIsServedToWhoeverAdmissionWouldRefuseAndOpensNoSession() {
        Admission nobody = request -> Admission.refuse(503, null);
        try (Engine engine = start(builder -> builder.admission(nobody)
                .http(http ->
                        http.sessionCookie("io").responseHeader("X-Ours", "yes").clientBundle(DIST)))) {
            HttpResponse<byte[]> response = get(engine, "/socket.io/socket.io.js?EIO=4&transport=polling");
            assertEquals(200, response.statusCode());
            assertEquals("yes", header(response, "X-Ours"));
            assertNull(header(response, "Set-Cookie"));
        }
    }

    // ---- without it, or with the wrong folder

    @ParameterizedTest
    @ValueSource(strings = {"socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js.map"})
    void withoutItTheAnswerTellsHowToTurnItOn(String name) {
        try (Engine engine = start(builder -> builder)) {
            HttpResponse<byte[]> response = get(engine, "/socket.io/" + name);
            assertEquals(404, response.statusCode());
            assertEquals("no-store", header(response, "Cache-Control"));
            assertTrue(
                    text(response).contains("http(http -> http.clientBundle(..)) on the engine's builder"),
                    text(response));
            assertTrue(text(response).contains("npm install socket.io-client"), text(response));
        }
    }

    @Test
    void aFolderWithoutTheClientIsRefusedAtOnce(@TempDir Path empty) {
        for (Path wrong : List.of(empty, empty.resolve("missing"))) {
            String complaint = assertThrows(
                            IllegalArgumentException.class,
                            () -> Engine.builder().http(http -> http.clientBundle(wrong)))
                    .getMessage();
            assertTrue(complaint.contains(wrong.toString()), complaint);
            assertTrue(complaint.contains("has no socket.io.js"), complaint);
            assertTrue(complaint.contains("npm install socket.io-client"), complaint);
            assertEquals(wrong.equals(empty), !complaint.contains("that directory does not exist"), complaint);
        }
        String complaint = assertThrows(
                        IllegalArgumentException.class,
                        () -> Engine.builder().http(http -> http.clientBundle("not/there")))
                .getMessage();
        assertTrue(complaint.contains("class-path folder \"not/there\""), complaint);
        assertTrue(complaint.contains("npm install socket.io-client"), complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"META-INF/resources/client", "/META-INF/resources/client/"})
    void aFolderOfTheClassPathServesToo(String folder, @TempDir Path root) throws Exception {
        Path directory = root.resolve("META-INF/resources/client");
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("socket.io.js"), "io()");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {root.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            try (Engine engine = start(builder -> builder.http(http -> http.clientBundle(folder)))) {
                HttpResponse<byte[]> response = get(engine, "/socket.io/socket.io.js", "Accept-Encoding", "gzip");
                assertEquals("io()", text(response)); // too short to be compressed
                assertEquals(404, get(engine, "/socket.io/socket.io.min.js").statusCode());
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void itIsStillServedWhenTheFilesHaveGone(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("socket.io.js"), "io()");
        try (Engine engine = start(builder -> builder.http(http -> http.clientBundle(directory)))) {
            Files.delete(directory.resolve("socket.io.js"));
            assertEquals("io()", text(get(engine, "/socket.io/socket.io.js")));
        }
    }

    @Test
    void theEnginesJarHasNoneOfIt() throws IOException {
        Path classes = Path.of("target", "classes");
        try (var files = Files.walk(classes)) {
            assertFalse(files.anyMatch(file -> file.toString().endsWith(".js")));
        }
    }
}
