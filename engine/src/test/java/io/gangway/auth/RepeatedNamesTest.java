package io.gangway.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two members of one name are found, whatever their escapes, and text behind the object; what only looks like it is not. */
class RepeatedNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{ \"a\" : 1 ,\n\t\"b\" : 2, \"a\" : 3 }",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"a/b\":1,\"a\\/b\":2}",
                "{\"\\n\\t\\b\\f\\r\\\\\\\"\":1,\"\\u000a\\u0009\\u0008\\u000C\\u000d\\u005c\\u0022\":2}",
                "{\"\":1,\"\":2}",
                "{\"a\":{\"b\":[1,\"a\"]},\"a\":2}",
                "{\"a\":\"}\",\"a\":2}"
            })
    void repeated(String json) throws Refusal {
        assertEquals(true, RepeatedNames.in(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":1,\"b\":2}",
                "{\"a\":\"a\",\"b\":\"a\"}",
                "{\"a\":{\"a\":{\"a\":1}}}",
                "{\"a\":[{\"b\":1},{\"b\":2}],\"b\":3}",
                "{\"a\":\"\\\",\\\"a\\\":1\"}",
                "{\"a\\\\\":1,\"a\":2}",
                "{\"a\":1,\"A\":2}",
                " {\"a\":1} \t\r\n",
                "[\"a\",\"a\"]",
                "\"a\"",
                "7"
            })
    void notRepeated(String json) throws Refusal {
        assertEquals(false, RepeatedNames.in(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}{}", "{\"a\":1} {\"a\":2}", "{\"a\":{}},", "{\"a\":\"}\"}}", "{}\u0000", "{}\u00a0"})
    void moreThanAnObject(String json) {
        assertThrows(Refusal.class, () -> RepeatedNames.in(json));
    }
}
