package io.gangway.demo;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.admin.AdminUi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The Socket.IO Admin UI in Chromium in the modes that the demo does not have. */
@EnabledIfSystemProperty(named = "gangway.long", matches = "true")
class AdminModesTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String PASSWORD = "aye aye captain";

    private final List<Server> servers = new ArrayList<>();

    @AfterEach
    void close() {
        servers.forEach(server -> LifeCycle.stop(server));
    }

    private static AdminUi admin() {
        return AdminUi.login((user, password) -> password.equals(PASSWORD));
    }

    /** The URL of a server with the page and its server side. */
    private String start(AdminUi admin) throws Exception {
        Engine engine = Engine.builder()
                .extend(admin)
                .namespace("/", all -> all.on("look", (socket, arguments) -> Ack.empty()))
                .namespace("/deck", deck -> {})
                .build();
        Handler.Wrapper sockets = engine.handler();
        sockets.setHandler(new SafetyHeaders(AdminPage.route()));
        Server server = new Server(0);
        server.setHandler(sockets);
        servers.add(server);
        server.start();
        return "http://localhost:" + server.getURI().getPort();
    }

    @TestFactory
    Stream<DynamicTest> administratorsSeeWhatTheirServerShows() throws Exception {
        Files.createDirectories(SCREENSHOTS);
        return NodeScript.scenarios(
                2,
                "modes.js",
                start(admin().serverId("in production")),
                start(admin().development().readOnly()),
                SCREENSHOTS.toAbsolutePath().toString(),
                PASSWORD);
    }
}
