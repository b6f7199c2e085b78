package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.gangway.testing.Eventually;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** DevTools restart an application in the JVM in which it runs, with new classes. */
class DevToolsTest {
    private static final int RESTARTS = Boolean.getBoolean("gangway.long") ? 20 : 2;

    /** What outlives a restart: a property of the JVM. */
    private static final String FIRST_THREADS = "gangway.test.first-threads";

    @RestController
    static class Restarts {
        @GetMapping("/restart")
        String restart() {
            // Not here: the application stops once its requests have their answers.
            new Thread(() -> Restarter.getInstance().restart(), "restart").start();
            return "restarts";
        }
    }

    /** In a JVM of its own; says on which port it listens, and which threads of engines there are. */
    public static void main(String[] properties) {
        ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Chat.class, Restarts.class)
                .with(properties)
                .run();
        // One Jetty: the threads of the one before have ended.
        Eventually.equal(
                1L,
                () -> names().filter(name -> name.startsWith("qtp"))
                        .map(name -> name.substring(0, name.indexOf('-')))
                        .distinct()
                        .count());
        System.out.println(OwnJvm.LISTENS + TestApplication.port(application) + " " + settledThreads());
    }

    /** As many as at the first start, once those of the engine before have ended; others if they do not. */
    private static String settledThreads() {
        String first = System.getProperty(FIRST_THREADS);
        if (first == null) {
            String threads = engineThreads();
            System.setProperty(FIRST_THREADS, threads);
            return threads;
        }
        try {
            Eventually.equal(first, DevToolsTest::engineThreads);
            return first;
        } catch (AssertionError others) {
            return engineThreads();
        }
    }

    private static Stream<String> names() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName);
    }

    /** How many there are of each kind. */
    private static String engineThreads() {
        return names().filter(name -> name.startsWith("gangway"))
                .map(name -> name.replaceAll("\\d+", "#"))
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()))
                .toString();
    }

    @Test
    void aRestartLeavesNoThreadBehind() throws Exception {
        try (OwnJvm application = OwnJvm.start(DevToolsTest.class, true, "server.port=0", "gangway.drain=0s");
                OkHttpClients clients = new OkHttpClients()) {
            String[] first = application.listens().split(" ", 2);
            int port = Integer.parseInt(first[0]);
            for (int i = 0; i < RESTARTS; i++) {
                RealClient client = clients.open(port, via(Via.WEBSOCKET).namespace("/chat"));
                client.expect("connect");
                assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
                assertEquals("restarts", Http.get(port, "/restart").body());
                String[] next = application.listens().split(" ", 2);
                assertEquals(first[1], next[1], "after restart " + (i + 1));
                port = Integer.parseInt(next[0]);
                clients.forget();
            }
        }
    }
}
