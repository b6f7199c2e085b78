package io.gangway.interceptors;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.reflect.TypeToken;
import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.InvalidPayloadException;
import io.gangway.InvalidPayloadException.Violation;
import io.gangway.PayloadValidator;
import io.gangway.clients.WireClient;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.File;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class BeanValidationTest {
    private record Message(
            @NotBlank String text,
            @NotNull @Valid Author author,
            @Size(max = 2) List<@NotBlank String> tags,
            Map<String, @Max(5) Integer> stars) {}

    private record Author(
            @NotBlank(message = "an author has a name") String name) {}

    static final class Bean {
        @Max(10)
        int number;
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Constraint(validatedBy = StartsBeforeEnd.class)
    @interface Ordered {
        String message() default "ends before it starts";

        Class<?>[] groups() default {};

        Class<? extends Payload>[] payload() default {};
    }

    @Ordered
    private record Span(int start, int end) {}

    /** Public, as jakarta.validation makes it. */
    public static final class StartsBeforeEnd implements ConstraintValidator<Ordered, Span> {
        @Override
        public boolean isValid(Span span, ConstraintValidatorContext context) {
            return span.start <= span.end;
        }
    }

    private final BeanValidation validation = new BeanValidation();

    private List<Violation> violations(Object payload) {
        return assertThrows(InvalidPayloadException.class, () -> validation.validate("event", payload))
                .violations();
    }

    @Test
    void componentsOfRecordsAreHeldAgainstTheirConstraints() {
        assertEquals(
                List.of(
                        new Violation("author.name", "an author has a name"),
                        new Violation("stars[b]", "must be less than or equal to 5"),
                        new Violation("tags", "size must be between 0 and 2"),
                        new Violation("tags[1]", "must not be blank"),
                        new Violation("text", "must not be blank")),
                violations(new Message(" ", new Author(""), List.of("a", "", "c"), Map.of("a", 5, "b", 6))));
        assertEquals(
                List.of(new Violation("author", "must not be null")),
                violations(new Message("hello", null, List.of(), null)));
    }

    @Test
    void fieldsOfClassesAndWholeClassesAreToo() {
        Bean bean = new Bean();
        bean.number = 11;
        assertEquals(List.of(new Violation("number", "must be less than or equal to 10")), violations(bean));
        assertEquals(List.of(new Violation("", "ends before it starts")), violations(new Span(2, 1)));
    }

    @Test
    void elementsSayWhichOfThemTheyAre() {
        Author nobody = new Author("");
        Author anna = new Author("Anna");
        assertEquals(
                List.of(new Violation("[1].name", "an author has a name")),
                violations(Arrays.asList(anna, nobody, null)));
        assertEquals(
                List.of(new Violation("[0].name", "an author has a name")), violations(new Author[] {nobody, anna}));
        assertEquals(
                List.of(new Violation("[first][0].name", "an author has a name")),
                violations(Map.of("first", List.of(nobody), "second", List.of(anna))));
        assertEquals(List.of(new Violation("[0]", "ends before it starts")), violations(List.of(new Span(2, 1))));
    }

    @Test
    void whatHasNoConstraintsPasses() {
        for (Object payload : List.of(
                "text", 1, 1.5, true, List.of(1, "a"), Map.of("a", Map.of()), new byte[1], new int[1], new Object[1])) {
            assertDoesNotThrow(() -> validation.validate("event", payload));
        }
        assertDoesNotThrow(() ->
                validation.validate("event", new Message("hello", new Author("Anna"), List.of("a"), Map.of("a", 1))));
    }

    @Test
    void everyEngineFindsItAndTellsTheClientWhichFieldsAreWrong() {
        try (Engine engine = Engine.builder()
                        .port(0)
                        .namespace("/")
                        .on("message", Message.class, (socket, message) -> Ack.of("fine"))
                        .on("authors", new TypeToken<List<Author>>() {}, (socket, authors) -> Ack.of("fine"))
                        .start();
                WireClient client = WireClient.join(engine.port())) {
            client.send("421[\"message\",{\"text\":\"hello\",\"author\":{\"name\":\"Anna\"}}]")
                    .expect("431[\"fine\"]");
            client.send("422[\"message\",{\"text\":\"hello\",\"author\":{}}]")
                    .expect("432[{\"status\":\"error\",\"message\":\"Invalid payload\",\"data\":{\"violations\":"
                            + "[{\"field\":\"author.name\",\"message\":\"an author has a name\"}]}}]");
            client.send("42[\"authors\",[{\"name\":\"Anna\"},{\"name\":\" \"}]]")
                    .expect("42[\"exception\",{\"status\":\"error\",\"message\":\"Invalid payload\",\"data\":"
                            + "{\"violations\":[{\"field\":\"[1].name\",\"message\":\"an author has a name\"}]}}]");
        }
    }

    // ---- where it is not there

    @Test
    void withoutJakartaValidationItDoesNothing() throws Exception {
        inAnotherLoader(jar -> !jar.contains("validation-api") && !jar.contains("hibernate"), loader -> {
            assertThrows(ClassNotFoundException.class, () -> loader.loadClass("jakarta.validation.Validation"));
            assertPasses(loader);
        });
    }

    @Test
    void withoutAProviderItDoesNothing() throws Exception {
        inAnotherLoader(jar -> !jar.contains("hibernate-validator"), loader -> {
            loader.loadClass("jakarta.validation.Validation");
            assertPasses(loader);
        });
    }

    @Test
    void aProviderThatCannotStartIsToldAtOnce() throws Exception {
        inAnotherLoader(jar -> !jar.contains("expressly"), loader -> {
            Class<?> type = loader.loadClass(BeanValidation.class.getName());
            Throwable failure = assertThrows(
                            ReflectiveOperationException.class,
                            () -> type.getConstructor().newInstance())
                    .getCause();
            assertTrue(
                    failure.getMessage().contains("the provider of jakarta.validation cannot start"),
                    failure.getMessage());
        });
    }

    private interface Trial {
        void run(ClassLoader loader) throws Exception;
    }

    /** Runs with the class path of this test, but for some of its jars. */
    private static void inAnotherLoader(Predicate<String> jars, Trial trial) throws Exception {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jars)
                .map(BeanValidationTest::url)
                .toArray(URL[]::new);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            trial.run(loader);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    /** It is found, and lets everything pass; a whole engine can be built. */
    private static void assertPasses(ClassLoader loader) throws Exception {
        Class<?> type = loader.loadClass(PayloadValidator.class.getName());
        Object found = ServiceLoader.load(type, loader).findFirst().orElseThrow();
        assertEquals(BeanValidation.class.getName(), found.getClass().getName());
        assertEquals(loader, found.getClass().getClassLoader());
        type.getMethod("validate", String.class, Object.class).invoke(found, "event", new Object());

        Object builder =
                loader.loadClass(Engine.class.getName()).getMethod("builder").invoke(null);
        Object engine = builder.getClass().getMethod("build").invoke(builder);
        engine.getClass().getMethod("close").invoke(engine);
    }
}
