package io.gangway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    /** Made with Python's {@code hashlib.pbkdf2_hmac("sha256", "Grüße".encode(), b"0123456789abcdef", 100000)}. */
    static final String OF_PYTHON =
            "pbkdf2-sha256$100000$MDEyMzQ1Njc4OWFiY2RlZg==$q+4zv8+nrtjzF7AzxTHHDtGyagQ73m2UACrCW5JKT30=";

    @Test
    void onlyThePasswordMatches() {
        PasswordHash hash = PasswordHash.of("right");
        assertTrue(hash.matches("right"));
        assertFalse(hash.matches("Right"));
        assertNotEquals(hash.encoded(), PasswordHash.of("right").encoded(), "each has a salt of its own");
        assertFalse(hash.toString().contains("$"), hash.toString());
    }

    @Test
    void otherLanguagesMakeTheSameHash() {
        PasswordHash hash = PasswordHash.parse(OF_PYTHON);
        assertTrue(hash.matches("Grüße"));
        assertEquals(OF_PYTHON, hash.encoded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "right",
                "$2b$10$abcdefghijklmnopqrstuv",
                "pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "pbkdf2-sha256$99999999$MDEyMzQ1Njc4OWFiY2RlZg==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "pbkdf2-sha256$600000$_DEyMzQ1Njc4OWFiY2RlZg==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void anotherTextIsRefusedAndNotShown(String encoded) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(encoded));
        assertFalse(!encoded.isEmpty() && refused.getMessage().contains(encoded), refused.getMessage());
    }

    @Test
    void anEmptyPasswordIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.of(""));
    }
}
