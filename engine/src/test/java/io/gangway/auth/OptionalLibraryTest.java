package io.gangway.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who fetches no keys does not need the library that does. */
class OptionalLibraryTest {
    @Test
    void withoutTheLibraryForKeySetsAllElseWorks() throws Exception {
        try (URLClassLoader without = classPathWithout("nimbus-jose-jwt")) {
            Class<?> interceptor = without.loadClass(JwtInterceptor.class.getName());
            assertNotNull(interceptor.getMethod("hmac256", String.class).invoke(null, Tokens.SECRET));

            Throwable failure = assertThrows(
                            InvocationTargetException.class,
                            () -> interceptor
                                    .getMethod("jwks", URI.class)
                                    .invoke(null, URI.create("http://localhost:1/keys")))
                    .getCause();
            assertInstanceOf(IllegalStateException.class, failure);
            assertEquals(
                    "jwks(..) needs com.nimbusds:nimbus-jose-jwt on the class path; add that dependency",
                    failure.getMessage());
        }
    }

    private static URLClassLoader classPathWithout(String library) {
        URL[] path = Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(entry -> !entry.contains(library))
                .map(entry -> {
                    try {
                        return new File(entry).toURI().toURL();
                    } catch (MalformedURLException impossible) {
                        throw new AssertionError(impossible);
                    }
                })
                .toArray(URL[]::new);
        return new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
    }
}
