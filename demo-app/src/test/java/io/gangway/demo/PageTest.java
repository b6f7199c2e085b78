package io.gangway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The page in Chromium. What it looks like is in {@code target/screenshots} afterwards. */
class PageTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final JwtSecret secret = JwtSecret.random();
    private final List<NodeScript.Outcome> outcomes = new ArrayList<>();
    private Demo demo;

    @BeforeEach
    void start() {
        demo = Demo.start(new Settings(0, List.of(), secret, Optional.empty()));
    }

    @AfterEach
    void close() {
        demo.close();
    }

    @TestFactory
    Stream<DynamicTest> tabsChat() throws Exception {
        Files.createDirectories(SCREENSHOTS);
        NodeScript.run(
                this::hear,
                "page.js",
                "http://localhost:" + demo.port(),
                SCREENSHOTS.toAbsolutePath().toString(),
                secret.value());
        assertEquals(17, outcomes.size());
        return NodeScript.Outcome.tests(outcomes);
    }

    private String hear(JsonObject line) {
        if (line.has("please")) {
            boolean forgets = line.get("please").getAsString().equals("restart with another secret");
            int port = demo.port();
            demo.close();
            demo = Demo.start(new Settings(port, List.of(), forgets ? JwtSecret.random() : secret, Optional.empty()));
            return "done";
        }
        NodeScript.requireBrowser(line);
        outcomes.add(NodeScript.Outcome.of(line));
        return "";
    }
}
