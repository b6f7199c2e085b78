package io.gangway.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.redis.TestRedis;
import io.gangway.testing.Eventually;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import redis.clients.jedis.Jedis;

/** When the engine is built, and what is left of it if the application cannot start. */
class StartTest {
    private static final int RESTARTS = Boolean.getBoolean("gangway.long") ? 20 : 3;

    @Entity
    static class Post {
        @Id
        String text = "";
    }

    interface Posts extends JpaRepository<Post, String> {}

    @Component
    static class Board {
        private final Posts posts;

        Board(Posts posts) {
            this.posts = posts;
        }

        @Transactional
        long keep(String text) {
            assertTrue(TransactionSynchronizationManager.isActualTransactionActive());
            Post post = new Post();
            post.text = text;
            posts.save(post);
            return posts.count();
        }
    }

    /** Writes down which beans are made, and when the web server lets requests in. */
    static class Diary
            implements BeanPostProcessor, PriorityOrdered, ApplicationListener<ServletWebServerInitializedEvent> {
        private final List<String> entries = new ArrayList<>();

        @Override
        public synchronized Object postProcessAfterInitialization(Object bean, String name) {
            entries.add(name);
            return bean;
        }

        @Override
        public synchronized void onApplicationEvent(ServletWebServerInitializedEvent event) {
            entries.add("(open)");
        }

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }
    }

    @EntityScan(basePackageClasses = StartTest.class)
    @EnableJpaRepositories(basePackageClasses = StartTest.class, considerNestedRepositories = true)
    static class Database {
        @Bean
        static Diary diary() {
            return new Diary();
        }

        @Bean
        Board board(Posts posts) {
            return new Board(posts);
        }

        @Bean
        GatewayRegistration gateway(Board board) {
            return GatewayRegistration.of(
                    "/board", posts -> posts.on("post", String.class, (socket, text) -> Ack.of(board.keep(text))));
        }

        @Bean
        String lastOrdinaryBean() {
            return "here";
        }
    }

    @Test
    void gatewaysAreMadeAfterTheWebServerAndBeforeItOpens() {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                .withDatabase()
                .with(Database.class)
                .with("spring.jpa.hibernate.ddl-auto=create-drop")
                .run()) {
            List<String> diary = application.getBean(Diary.class).entries;
            int dispatcher = diary.indexOf("dispatcherServlet");
            assertTrue(dispatcher >= 0, diary.toString()); // part of what onRefresh makes: the web server
            for (String late : List.of("gateway", "board", "gangwayEngineLifecycle")) {
                assertTrue(diary.indexOf(late) > diary.indexOf("jettyServletWebServerFactory"), diary.toString());
            }
            assertTrue(diary.indexOf("gateway") < diary.indexOf("(open)"), diary.toString());
            assertEquals(1L, application.getBean(Board.class).keep("first"));
        }
    }

    static class Failing {
        @Bean
        ApplicationListener<ApplicationStartedEvent> never() {
            throw new IllegalStateException("a bean that cannot be");
        }
    }

    @Test
    void nothingIsLeftOfAnApplicationThatCannotStart() throws Exception {
        try (Jedis redis = new Jedis(TestRedis.sharedUrl());
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String cluster = "gangway.redis.url=" + TestRedis.sharedUrl();
            TestApplication.onJetty().with(Chat.class).run().close(); // what is started once for all
            Eventually.holds("no thread but those of the JVM", () -> threads().isEmpty());
            int connections = connections(redis);

            // before the engine is built, after it was, by a gateway of it, and by its own port
            fails(TestApplication.onJetty().with(Chat.class, Failing.class).with(cluster));
            fails(TestApplication.onJetty()
                    .with(Chat.class)
                    .with(cluster, "server.address=localhost", "server.port=" + taken.getLocalPort()));
            fails(TestApplication.onJetty()
                    .with(Chat.class, BeansTest.Unreadable.class)
                    .with(cluster));
            fails(TestApplication.onTomcat()
                    .with(Chat.class)
                    .with(cluster, "gangway.host=localhost", "gangway.port=" + taken.getLocalPort()));

            Eventually.holds(
                    "no thread is left of " + threads(), () -> threads().isEmpty());
            Eventually.equal(connections, () -> connections(redis));
        }
    }

    private static void fails(TestApplication.Starter starter) {
        assertThrows(RuntimeException.class, starter::run);
    }

    @Test
    void aRestartedApplicationHasNoMoreThreadsThanBefore() {
        TestApplication.Starter starter = TestApplication.onJetty()
                .with(Chat.class)
                .with("gangway.redis.url=" + TestRedis.sharedUrl(), "gangway.drain=0s");
        for (int i = 0; i < RESTARTS; i++) {
            try (ConfigurableApplicationContext application = starter.run()) {
                int port = TestApplication.port(application);
                assertEquals(
                        200,
                        Http.get(port, "/socket.io/?EIO=4&transport=polling").statusCode());
            }
            Eventually.holds(
                    "no thread is left of " + threads(), () -> threads().isEmpty());
        }
    }

    @Test
    void twoApplicationsOfOneJvmAreIndependent() {
        try (ConfigurableApplicationContext one =
                TestApplication.onJetty().with(Chat.class).run()) {
            try (ConfigurableApplicationContext two =
                    TestApplication.onJetty().with(BeansTest.Ordered.class).run()) {
                assertEquals("[/, /chat]", names(one));
                assertEquals("[/, /custom]", names(two));
            }
            assertEquals(
                    200,
                    Http.get(TestApplication.port(one), "/socket.io/?EIO=4&transport=polling")
                            .statusCode());
        }
    }

    @Test
    void aChildContextLeavesTheGatewaysOfItsParentAlone() {
        try (ConfigurableApplicationContext parent =
                        TestApplication.onJetty().with(Chat.class).run();
                ConfigurableApplicationContext child = TestApplication.onJetty()
                        .with(BeansTest.Ordered.class)
                        .application()
                        .parent(parent)
                        .run()) {
            assertEquals("[/, /custom]", names(child));
        }
    }

    private static String names(ConfigurableApplicationContext application) {
        return application.getBean(RunningEngine.class).get().namespaces().stream()
                .map(namespace -> namespace.name())
                .toList()
                .toString();
    }

    private static int connections(Jedis redis) {
        return redis.clientList().split("\n").length;
    }

    /** The threads of engines, Jettys and Redis connections. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("gangway") || name.startsWith("qtp") || name.contains("redis"))
                .filter(name -> !name.equals("gangway-alarms"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
