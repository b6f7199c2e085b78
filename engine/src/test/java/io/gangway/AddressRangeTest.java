package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,            10.255.0.1,              true",
        "10.0.0.0/8,            11.0.0.1,                false",
        "10.0.0.0/8,            ::ffff:10.1.2.3,         true",
        "::ffff:10.0.0.0/104,   10.1.2.3,                true",
        "::ffff:10.0.0.0/104,   11.1.2.3,                false",
        "::ffff:10.0.0.1,       10.0.0.1,                true",
        "192.0.2.128/25,        192.0.2.127,             false",
        "192.0.2.128/25,        192.0.2.128,             true",
        "192.0.2.1/31,          192.0.2.0,               true",
        "0.0.0.0/0,             203.0.113.7,             true",
        "0.0.0.0/0,             ::1,                     false",
        "::/0,                  2001:db8::1,             true",
        "::/0,                  203.0.113.7,             false",
        "2001:db8::/33,         2001:db8:7fff::1,        true",
        "2001:db8::/33,         2001:db8:8000::1,        false",
        "fe80::/10,             fe80::1%eth0,            true",
        "[::1],                 ::1,                     true",
        "::1,                   [0:0:0:0:0:0:0:1],       true",
        "127.0.0.1,             localhost,               false",
        "127.0.0.1,             127.1,                   false",
        "8.0.0.1,               010.0.0.1,               false",
    })
    void aRangeHoldsTheAddressesThatBeginWithItsBits(String range, String address, boolean held) {
        assertEquals(held, AddressRange.of(range).contains(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/8", "localhost", "example.com/8", "10.0.0/8", "010.0.0.0/8", "999.1.1.1", "10.0.0.0.0/8"})
    void whatIsNoAddressIsRefusedAndNamed(String text) {
        assertEquals(
                "\"" + text + "\" is not an IP address or range; write it like 10.0.0.0/8 or ::1",
                assertThrows(IllegalArgumentException.class, () -> AddressRange.of(text))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/33, 0 to 32",
        "10.0.0.0/-1, 0 to 32",
        "10.0.0.0/+8, 0 to 32",
        "10.0.0.0/, 0 to 32",
        "10.0.0.0/8/8, 0 to 32",
        "10.0.0.0/255.0.0.0, 0 to 32",
        "::/129, 0 to 128",
        "::ffff:10.0.0.0/8, 96 to 128",
    })
    void whatIsNoPrefixIsRefusedAndNamed(String text, String possible) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> AddressRange.of(text))
                .getMessage());
        assertTrue(message.startsWith("\"" + text + "\": ") && message.endsWith(", " + possible), message);
    }
}
