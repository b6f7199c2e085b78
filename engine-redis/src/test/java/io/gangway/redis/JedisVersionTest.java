package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Connection;

/**
 * The versions of Jedis that an application may have contain what this module calls, and one that is too old is
 * refused.
 */
class JedisVersionTest {
    private static final Pattern REFERENCE = Pattern.compile(
            "= (?:Interface)?(?:Method|Field)ref\\s+\\S+\\s+// (redis/clients/[^.]+)\\.\"?([^\":]+)\"?:(\\S+)");
    /** In Jedis 8 only; without it, the module does it in another way. */
    private static final String OPTIONAL = "redis.clients.jedis.DefaultJedisClientConfig$Builder.serverDefaultProtocol"
            + "()Lredis/clients/jedis/DefaultJedisClientConfig$Builder;";

    private static Set<List<String>> references = Set.of();

    /** The versions beside the one on the class path. */
    static List<Path> others() throws Exception {
        try (Stream<Path> jars = Files.list(Path.of("target", "jedis"))) {
            return jars.sorted().toList();
        }
    }

    @Tag("jedis")
    @Test
    void theTestsRunWithTheVersionTheyAreMeantFor() throws Exception {
        String expected = System.getProperty("jedis.expected");
        if (expected != null) {
            String jar = Connection.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath();
            assertTrue(jar.endsWith("/jedis-" + expected + ".jar"), jar);
        }
    }

    @Test
    void everythingOfJedisThatIsCalledIsThereInTheNewestVersion() throws Exception {
        assertEquals(Set.of(), missing(JedisVersionTest.class.getClassLoader()));
    }

    @ParameterizedTest
    @MethodSource("others")
    void everythingOfJedisThatIsCalledIsThereInOlderVersions(Path jar) throws Exception {
        try (URLClassLoader loader = classPath(List.of(jar), file -> !isJedis(file))) {
            assertEquals(Set.of(OPTIONAL), missing(loader));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RedisCluster", "RedisEmitter"})
    void withoutJedisConnectSaysWhatToAdd(String way) throws Exception {
        try (URLClassLoader loader = classPath(List.of(), file -> !isJedis(file))) {
            assertTrue(
                    failure(loader, way).contains("cannot load redis.clients.jedis.Connection"), failure(loader, way));
            assertTrue(failure(loader, way).contains("redis.clients:jedis, 7.0.0 or newer"), failure(loader, way));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RedisCluster", "RedisEmitter"})
    void withoutAnotherLibraryOfItsConnectSaysWhichOne(String way) throws Exception {
        try (URLClassLoader loader = classPath(List.of(), file -> !name(file).startsWith("msgpack-core"))) {
            assertTrue(failure(loader, way).contains("org.msgpack:msgpack-core"), failure(loader, way));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.2.0", "6.2.0", "6.0.0-beta2"})
    void withAJedisThatIsTooOldConnectSaysWhichVersionThereIs(String version, @TempDir Path directory)
            throws Exception {
        Path description = directory.resolve("redis/clients/jedis/pom.properties");
        Files.createDirectories(description.getParent());
        Files.writeString(description, "version=" + version);
        try (URLClassLoader loader = classPath(List.of(directory), file -> true)) {
            String failure = failure(loader, "RedisCluster");
            assertTrue(failure.startsWith("Jedis " + version + " on the class path is too old"), failure);
            assertTrue(failure.contains("jedis.version"), failure);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"version=7.0.0", "version=8.1.0-beta1", "version=10.0.0", "version=unknown", ""})
    void aJedisThatIsNewEnoughOrDoesNotTellIsTaken(String text, @TempDir Path directory) throws Exception {
        Path description = directory.resolve("redis/clients/jedis/pom.properties");
        Files.createDirectories(description.getParent());
        Files.writeString(description, text);
        try (URLClassLoader loader = classPath(List.of(directory), file -> true)) {
            loader.loadClass("io.gangway.redis.RedisCluster")
                    .getMethod("builder", String.class)
                    .invoke(null, "redis://localhost");
        }
    }

    // ---- class paths

    /** The class path of this JVM, without some entries, and with others in front. */
    private static URLClassLoader classPath(List<Path> first, Predicate<Path> wanted) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (Path file : first) {
            urls.add(file.toUri().toURL());
        }
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            if (wanted.test(Path.of(entry))) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static boolean isJedis(Path file) {
        return name(file).matches("jedis-[0-9].*\\.jar");
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static String failure(ClassLoader loader, String way) throws Exception {
        var connect = loader.loadClass("io.gangway.redis." + way).getMethod("connect", String.class);
        Throwable failure = assertThrows(
                        InvocationTargetException.class, () -> connect.invoke(null, "redis://localhost"))
                .getCause();
        return assertInstanceOf(IllegalStateException.class, failure).getMessage();
    }

    // ---- what the classes of this module refer to

    private static Set<String> missing(ClassLoader loader) throws Exception {
        Set<String> missing = new TreeSet<>();
        for (List<String> reference : references()) {
            String owner = reference.get(0).replace('/', '.');
            if (!has(Class.forName(owner, false, loader), reference.get(1), reference.get(2))) {
                missing.add(owner + "." + reference.get(1) + reference.get(2));
            }
        }
        return missing;
    }

    private static boolean has(Class<?> type, String name, String descriptor) {
        Stream<String> own = name.equals("<init>")
                ? Stream.of(type.getDeclaredConstructors())
                        .map(made -> name
                                + MethodType.methodType(void.class, made.getParameterTypes())
                                        .toMethodDescriptorString())
                : Stream.concat(
                        Stream.of(type.getDeclaredFields())
                                .map(field -> field.getName() + field.getType().descriptorString()),
                        Stream.of(type.getDeclaredMethods())
                                .map(method -> method.getName()
                                        + MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                                                .toMethodDescriptorString()));
        return own.anyMatch((name + descriptor)::equals)
                || !name.equals("<init>")
                        && Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()))
                                .anyMatch(parent -> has(parent, name, descriptor));
    }

    /** Owner, name and descriptor of each method and field of Jedis that the class files refer to. */
    private static synchronized Set<List<String>> references() throws Exception {
        if (!references.isEmpty()) {
            return references;
        }
        Path classes = Path.of(RedisCluster.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> command = new ArrayList<>(List.of("-verbose", "-private"));
        try (Stream<Path> files = Files.walk(classes)) {
            files.map(Path::toString).filter(file -> file.endsWith(".class")).forEach(command::add);
        }
        StringWriter output = new StringWriter();
        PrintWriter printer = new PrintWriter(output);
        int exitCode =
                ToolProvider.findFirst("javap").orElseThrow().run(printer, printer, command.toArray(String[]::new));
        assertEquals(0, exitCode, output::toString);
        references = REFERENCE
                .matcher(output.toString())
                .results()
                .map(found -> List.of(found.group(1), found.group(2), found.group(3)))
                .collect(Collectors.toSet());
        assertTrue(references.size() > 30, "javap found " + references);
        return references;
    }
}
