package io.gangway;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who guesses {@code new JwtInterceptor("secret")} is told by the compiler that there is no such constructor.
 *
 * <p>Maven's compiler plugin words javac's errors after javac has closed its table of names. JDK 17 then fails with a
 * NullPointerException, and hides all errors, if the words name a generic type that was not loaded before: so no constructor
 * that applications cannot call takes one.
 */
public class GuessedConstructorTest {
    private static final List<String> PACKAGES = List.of(
            "io.gangway", "io.gangway.annotations", "io.gangway.auth", "io.gangway.cluster", "io.gangway.interceptors");

    /** More than any constructor takes: an argument of the wrong type would be all that the error names. */
    private static final String ARGUMENTS = String.join(", ", Collections.nCopies(20, "\"secret\""));

    @TempDir
    private static Path classes;

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutPublicConstructor")
    void isRefusedInWords(Class<?> type) {
        requireRefusedInWords(type, classes);
    }

    /** @param classes where the compiler may put some */
    public static void requireRefusedInWords(Class<?> type, Path classes) {
        List<Diagnostic<? extends JavaFileObject>> errors = errorsOf(
                classes, "class Guess { Object made = new " + type.getCanonicalName() + "(" + ARGUMENTS + "); }");

        String words = assertDoesNotThrow(() -> errors.get(0).getMessage(Locale.ROOT), type::getName);
        assertTrue(words.contains("constructor") && words.contains(type.getSimpleName()), words);
    }

    static List<Class<?>> withoutPublicConstructor() throws IOException, URISyntaxException {
        return withoutPublicConstructor(Engine.class, PACKAGES);
    }

    /** The types of these packages that applications see, where one of them is, and may try to construct in vain. */
    public static List<Class<?>> withoutPublicConstructor(Class<?> one, List<String> packages)
            throws IOException, URISyntaxException {
        Path root =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length())
                            .replace(root.getFileSystem().getSeparator(), "."))
                    .filter(name -> packages.contains(name.substring(0, name.lastIndexOf('.'))))
                    .<Class<?>>map(name -> assertDoesNotThrow(() -> Class.forName(name, false, one.getClassLoader())))
                    .filter(type -> isPublic(type) && !Modifier.isAbstract(type.getModifiers()) && !type.isEnum())
                    .filter(type ->
                            Arrays.stream(type.getDeclaredConstructors()).anyMatch(GuessedConstructorTest::isHidden))
                    .filter(type ->
                            Arrays.stream(type.getConstructors()).noneMatch(GuessedConstructorTest::takesGenericType))
                    .toList();
        }
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
    }

    private static boolean isHidden(Constructor<?> constructor) {
        return !Modifier.isPublic(constructor.getModifiers());
    }

    /** What applications may call has to name the types that it takes. */
    private static boolean takesGenericType(Constructor<?> constructor) {
        return Arrays.stream(constructor.getGenericParameterTypes()).anyMatch(ParameterizedType.class::isInstance);
    }

    /** As Maven's compiler plugin asks for them: in words after javac is done, from a table of names that it closes. */
    private static List<Diagnostic<? extends JavaFileObject>> errorsOf(Path classes, String source) {
        DiagnosticCollector<JavaFileObject> errors = new DiagnosticCollector<>();
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Guess.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        List<String> options = List.of(
                "-XDuseUnsharedTable=true",
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString());
        ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, errors, options, null, List.of(file))
                .call();
        return errors.getDiagnostics();
    }
}
