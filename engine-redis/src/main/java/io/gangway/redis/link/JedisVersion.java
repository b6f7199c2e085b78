package io.gangway.redis.link;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Checks the libraries on the class path: the application's build may have chosen others than this module's, as
 * Spring Boot's dependency management does. Refers to no class of theirs, so that it loads without them.
 */
final class JedisVersion {
    private static final int OLDEST_MAJOR = 7;
    private static final String WANTED = "redis.clients:jedis, 7.0.0 or newer";
    private static final String DESCRIPTION = "redis/clients/jedis/pom.properties";
    private static final Pattern MAJOR = Pattern.compile("(\\d{1,4})\\..*");

    private JedisVersion() {}

    /**
     * Fails in the caller, instead of later on a thread of a connection.
     *
     * @throws IllegalStateException if a library is missing, or Jedis is too old; tells what to change
     */
    static void require() {
        require(JedisVersion.class.getClassLoader());
    }

    /** @param loader the class loader that has the libraries */
    static void require(ClassLoader loader) {
        Class<?> jedis = find("redis.clients.jedis.Connection", WANTED, loader);
        find("org.msgpack.core.MessagePacker", "org.msgpack:msgpack-core", loader);
        find("com.google.gson.Gson", "com.google.code.gson:gson", loader);
        String version = version(jedis);
        var major = MAJOR.matcher(version);
        if (major.matches() && Integer.parseInt(major.group(1)) < OLDEST_MAJOR) {
            throw new IllegalStateException(
                    "Jedis " + version + " on the class path is too old: gangway-engine-redis requires " + WANTED
                            + "; set the version in the build (under Spring Boot: the Maven property jedis.version, or"
                            + " ext['jedis.version'] in Gradle)");
        }
    }

    private static Class<?> find(String name, String artifact, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | NoClassDefFoundError missing) {
            throw new IllegalStateException(
                    "gangway-engine-redis cannot load " + name + ": it requires " + artifact
                            + ", which is one of its dependencies; remove the exclusion from the build",
                    missing);
        }
    }

    /** {@code ""} if it is unknown, as in a jar that was merged of several. */
    private static String version(Class<?> jedis) {
        URL description = jedis.getClassLoader().getResource(DESCRIPTION);
        if (description == null) {
            return "";
        }
        Properties properties = new Properties();
        try (InputStream in = description.openStream()) {
            properties.load(in);
        } catch (IOException unreadable) {
            return "";
        }
        return properties.getProperty("version", "");
    }
}
