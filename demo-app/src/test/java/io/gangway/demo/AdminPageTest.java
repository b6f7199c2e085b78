package io.gangway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The Socket.IO Admin UI in Chromium. What it looks like is in {@code target/screenshots} afterwards. */
class AdminPageTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String PASSWORD = "aye aye captain";

    private Demo demo;

    private void start(Optional<AdminPassword> password) {
        demo = Demo.start(new Settings(0, List.of(), JwtSecret.random(), Optional.empty(), password));
    }

    @AfterEach
    void close() {
        demo.close();
    }

    @TestFactory
    Stream<DynamicTest> administratorsSeeAndAct() throws Exception {
        start(Optional.of(new AdminPassword(PASSWORD)));
        Files.createDirectories(SCREENSHOTS);
        return NodeScript.scenarios(
                3,
                "admin.js",
                "http://localhost:" + demo.port(),
                SCREENSHOTS.toAbsolutePath().toString(),
                PASSWORD);
    }

    @Test
    void withoutAPasswordThereIsNoAdminUi() throws Exception {
        start(Optional.empty());
        assertEquals(404, get("/admin/").statusCode());
    }

    @Test
    void thePageAsksNoOtherSite() throws Exception {
        start(Optional.of(new AdminPassword(PASSWORD)));
        HttpResponse<String> page = get("/admin/");
        assertEquals(200, page.statusCode());
        assertTrue(!page.body().contains("https://"), page.body());
        assertTrue(page.headers()
                .firstValue("Content-Security-Policy")
                .orElseThrow()
                .contains("default-src 'none'"));
        assertEquals(200, get("/admin/css/materialdesignicons.min.css").statusCode());
        assertTrue(get("/").body().contains("Gangway chat"));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + demo.port() + path))
                                .build(),
                        BodyHandlers.ofString());
    }
}
