package io.gangway.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Literals, and the one form that each address has. */
class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "192.0.2.255, 192.0.2.255",
        "::, ::",
        "::1, ::1",
        "0:0:0:0:0:0:0:1, ::1",
        "1::, 1::",
        "2001:DB8::A, 2001:db8::a",
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::192.0.2.33, ::c000:221",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::FFFF:c000:201, 192.0.2.1",
        "0:0:0:0:0:ffff:192.0.2.1, 192.0.2.1",
        "[::1], ::1",
        "[::ffff:192.0.2.1], 192.0.2.1",
        "fe80::1%eth0, fe80::1",
        "[fe80::1%25], fe80::1",
        "fe80::1.2.3.4%en.0, fe80::102:304",
    })
    void aLiteralIsReadAndWrittenInOneForm(String literal, String canonical) {
        IpAddress address = IpAddress.parse(literal);
        assertNotNull(address);
        assertEquals(canonical, address.toString());
        assertEquals(address, IpAddress.parse(canonical));
        assertEquals(address.hashCode(), IpAddress.parse(canonical).hashCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                ":",
                "[]",
                "[",
                "localhost",
                "example.com",
                "999.1.1.1",
                "256.0.0.1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "010.0.0.1",
                "1.2.3.00",
                "0x7f.0.0.1",
                "0x7f.1",
                "2130706433",
                "1.2.3.4 ",
                " 1.2.3.4",
                "+1.2.3.4",
                "-1.2.3.4",
                "1.2.3.4:80",
                "1.2.3.4/8",
                "[1.2.3.4]",
                "1.2.3.4%eth0",
                "\u0661.2.3.4",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1::2::3",
                ":::",
                ":1",
                "1:",
                "::1:",
                ":1::",
                "12345::",
                "g::",
                "::1.2.3",
                "::1.2.3.256",
                "1.2.3.4::",
                "::1.2.3.4:1",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1%",
                "::1%a b",
                "::1%a%b",
                "[::1]:80",
                "[::1",
                "::1]",
                "::\u0661",
                "::1\n"
            })
    void whatIsNoLiteralIsNotLookedUp(String text) {
        assertNull(IpAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "2001:db8::1:0:0:1", "::ffff:10.1.2.3", "fe80::1"})
    void theBytesOfAnAddressMakeTheSame(String literal) throws Exception {
        assertEquals(
                IpAddress.parse(literal),
                IpAddress.of(InetAddress.getByName(literal).getAddress()));
    }

    @Test
    void thereAreAddressesOfTwoLengths() {
        assertThrows(IllegalArgumentException.class, () -> IpAddress.of(new byte[5]));
        assertNotEquals(IpAddress.parse("0.0.0.1"), IpAddress.parse("::1"));
    }
}
