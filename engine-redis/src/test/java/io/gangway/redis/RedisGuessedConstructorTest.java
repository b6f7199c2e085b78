package io.gangway.redis;

import io.gangway.GuessedConstructorTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link GuessedConstructorTest}, of this module: {@code new RedisEmitter("redis://..")} is a likely guess. */
class RedisGuessedConstructorTest {
    @TempDir
    private static Path classes;

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutPublicConstructor")
    void isRefusedInWords(Class<?> type) {
        GuessedConstructorTest.requireRefusedInWords(type, classes);
    }

    static List<Class<?>> withoutPublicConstructor() throws Exception {
        return GuessedConstructorTest.withoutPublicConstructor(
                RedisEmitter.class, List.of(RedisEmitter.class.getPackageName()));
    }
}
