package io.gangway.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.io.DefaultResourceLoader;

/** An application that lacks what the starter can use starts all the same: each in a class loader of its own. */
class LeanClassPathTest {
    /** What is not there; the application has Tomcat, or whatever web server is left. */
    enum Lacking {
        JETTY_SUPPORT("spring-boot(-starter)?-jetty.*"),
        HEALTH("spring-boot-(health|actuator|starter-actuator|starter-micrometer|micrometer).*"),
        SECURITY("spring-security.*|spring-boot-(starter-)?(security|oauth2).*|nimbus.*"),
        REDIS("engine-redis|gangway-engine-redis.*|jedis.*|msgpack.*"),
        WEB_SERVERS(
                "spring-boot(-starter)?-(jetty|tomcat|web-server|servlet|webmvc|health|actuator).*|tomcat.*|spring-web.*"),
        EVERYTHING("spring-boot(-starter)?-(jetty|health|actuator|security|micrometer).*|spring-security.*|nimbus.*"
                + "|engine-redis|gangway-engine-redis.*|jedis.*|msgpack.*");

        private final Pattern jars;

        Lacking(String jars) {
            this.jars = Pattern.compile(jars);
        }

        boolean lacks(Path element) {
            for (Path name : element) { // a jar, or target/classes of a module that is built together with this one
                if (jars.matcher(name.toString()).matches()) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Each start takes seconds: the short form leaves out at once what an application may lack one by one. */
    static Stream<Lacking> cases() {
        return Boolean.getBoolean("gangway.long")
                ? Arrays.stream(Lacking.values())
                : Stream.of(Lacking.WEB_SERVERS, Lacking.EVERYTHING);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anApplicationStartsAndServes(Lacking lacking) throws Exception {
        assertEquals("200", start(lacking, "gangway.port=0"));
    }

    @Test
    void redisThatIsWantedAndNotThereIsTold() {
        ClassLoader withoutRedis = new FilteredClassLoader("io.gangway.redis");
        SpringApplicationBuilder application = TestApplication.light()
                .with(Chat.class)
                .with("gangway.port=0", "gangway.redis.url=redis://localhost:1")
                .application()
                .resourceLoader(new DefaultResourceLoader(withoutRedis));
        Throwable cause = assertThrows(RuntimeException.class, application::run);
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage());
        assertTrue(text.contains("gangway-engine-redis"), text);
    }

    private static String start(Lacking lacking, String... properties) throws Exception {
        ClassLoader former = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader lean =
                new URLClassLoader(classPathWithout(lacking), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(lean);
            return (String) lean.loadClass("io.gangway.spring.LeanApplication")
                    .getMethod("answer", String[].class)
                    .invoke(null, (Object) properties);
        } finally {
            Thread.currentThread().setContextClassLoader(former);
        }
    }

    private static URL[] classPathWithout(Lacking lacking) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<Path> elements = Arrays.stream(classPath.split(File.pathSeparator))
                .map(Path::of)
                .filter(element -> !lacking.lacks(element))
                .toList();
        URL[] urls = new URL[elements.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = elements.get(i).toUri().toURL();
        }
        return urls;
    }
}
