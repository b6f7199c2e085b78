package io.gangway.redis.link;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Checks the libraries that the application's build has chosen for this module, for the build has the last word: Spring Boot's
 * dependency management, for one, names a Jedis of its own. Names no class of theirs, so that it loads without them.
 */
final class JedisVersion {
    private static final int OLDEST_MAJOR = 7;
    private static final String WANTED = "redis.clients:jedis, 7.0.0 or newer";
    private static final String DESCRIPTION = "redis/clients/jedis/pom.properties";
    private static final Pattern MAJOR = Pattern.compile("(\\d{1,4})\\..*");

    private JedisVersion() {}

    /**
     * Fails here, in the caller's hands, instead of later on a thread of a connection.
     *
     * @throws IllegalStateException if a library is missing, or if Jedis is too old; says what to add or to change
     */
    static void require() {
        require(JedisVersion.class.getClassLoader());
    }

    /** @param loader where the libraries are looked for */
    static void require(ClassLoader loader) {
        Class<?> jedis = find("redis.clients.jedis.Connection", WANTED, loader);
        find("org.msgpack.core.MessagePacker", "org.msgpack:msgpack-core", loader);
        find("com.google.gson.Gson", "com.google.code.gson:gson", loader);
        String version = version(jedis);
        var major = MAJOR.matcher(version);
        if (major.matches() && Integer.parseInt(major.group(1)) < OLDEST_MAJOR) {
            throw new IllegalStateException(
                    "Jedis " + version + " is on the class path, and gangway-engine-redis works with "
                            + WANTED
                            + ": let the build choose one of these (with Maven under Spring Boot's parent by the property"
                            + " jedis.version, with Gradle by ext['jedis.version'])");
        }
    }

    private static Class<?> find(String name, String artifact, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | NoClassDefFoundError missing) {
            throw new IllegalStateException(
                    "gangway-engine-redis cannot load " + name + ": it works with " + artifact
                            + ", which it brings unless the build excludes it",
                    missing);
        }
    }

    /** {@code ""} if it is not told, as by a jar that was made of many. */
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
