package io.gangway.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A real Spring Boot application with a REST route; which server and what else it has is a matter of what is left out. */
@SpringBootConfiguration
@EnableAutoConfiguration
class TestApplication {
    private static final List<String> JETTY = List.of(
            "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration",
            "org.springframework.boot.jetty.autoconfigure.actuate.web.server.JettyServletManagementContextAutoConfiguration");
    private static final List<String> TOMCAT = List.of(
            "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration",
            "org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatServletManagementContextAutoConfiguration");
    private static final List<String> DATABASE = List.of(
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration");
    private static final List<String> SECURITY = List.of(
            "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.web"
                    + ".OAuth2ResourceServerWebSecurityAutoConfiguration",
            // the same in Spring Boot 4.0
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.servlet"
                    + ".OAuth2ResourceServerAutoConfiguration");

    @RestController
    static class Greeting {
        @GetMapping("/rest")
        Map<String, String> greet() {
            return Map.of("greeting", "hello");
        }
    }

    /** A request that takes until the application is told to stop. */
    @RestController
    static class LastRequest implements ApplicationListener<ContextClosedEvent> {
        private final CountDownLatch waits = new CountDownLatch(1);
        private final CountDownLatch stops = new CountDownLatch(1);

        @GetMapping("/until-the-end")
        String untilTheEnd() throws InterruptedException {
            waits.countDown();
            return stops.await(1, TimeUnit.MINUTES) ? "done" : "not told";
        }

        @GetMapping("/is-waiting")
        boolean isWaiting() throws InterruptedException {
            return waits.await(1, TimeUnit.MINUTES);
        }

        @Override
        public void onApplicationEvent(ContextClosedEvent event) {
            stops.countDown();
        }
    }

    /** What an application is like. */
    static final class Starter {
        private final List<Class<?>> sources = new ArrayList<>();
        private final List<String> properties =
                new ArrayList<>(List.of("server.port=0", "spring.main.banner-mode=off"));
        private final List<String> without = new ArrayList<>();

        Starter with(Class<?>... configurations) {
            sources.addAll(List.of(configurations));
            return this;
        }

        Starter with(String... those) {
            properties.addAll(List.of(those));
            return this;
        }

        /** On the very ports of one before. */
        Starter onPorts(int server, int sockets) {
            properties.add("server.port=" + server);
            if (sockets != server) {
                properties.add("gangway.port=" + sockets);
            }
            return this;
        }

        Starter withSecurity() {
            without.removeAll(SECURITY);
            return this;
        }

        Starter withDatabase() {
            without.removeAll(DATABASE);
            return this;
        }

        SpringApplicationBuilder application() {
            List<String> all = new ArrayList<>(properties);
            if (!without.isEmpty()) {
                all.add("spring.autoconfigure.exclude=" + String.join(",", without));
            }
            return new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                    .properties(all.toArray(String[]::new));
        }

        ConfigurableApplicationContext run() {
            return application().run();
        }
    }

    static Starter onJetty() {
        return without(TOMCAT);
    }

    static Starter onTomcat() {
        return without(JETTY);
    }

    /** Without a web server, and with the starter's own configuration alone: what is quick. */
    static Starter light() {
        return new Starter().with(Light.class).with("spring.main.web-application-type=none");
    }

    @SpringBootConfiguration
    @ImportAutoConfiguration(GangwayAutoConfiguration.class)
    static class Light {}

    private static Starter without(List<String> server) {
        Starter starter = new Starter().with(TestApplication.class);
        starter.without.addAll(server);
        starter.without.addAll(DATABASE);
        starter.without.addAll(SECURITY);
        return starter;
    }

    /** In a JVM of its own, on Jetty; says where it listens. The arguments are properties. */
    public static void main(String[] properties) {
        ConfigurableApplicationContext application =
                onJetty().with(Chat.class, LastRequest.class).with(properties).run();
        System.out.println(OwnJvm.LISTENS + port(application));
    }

    static int port(ConfigurableApplicationContext application) {
        return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
