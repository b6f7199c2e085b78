package io.gangway.jetty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gangway.net.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is believed of what proxies say; 10.0.0.1, 10.0.0.2 and fd00::1 are ours. */
class TrustedProxiesTest {
    private static final TrustedProxies OURS = TrustedProxies.of(
            Stream.of("10.0.0.1", "10.0.0.2", "fd00::1").map(IpAddress::parse).collect(Collectors.toSet())::contains);

    /** A request from 10.0.0.1, with headers that semicolons of their own line separate. */
    private static Request request(String peer, String... headers) throws Exception {
        HttpFields.Mutable fields = HttpFields.build().add("Host", "backend:3000");
        for (String header : headers) {
            int colon = header.indexOf(':');
            fields.add(header.substring(0, colon), header.substring(colon + 1).trim());
        }
        ConnectionMetaData connection = mock(ConnectionMetaData.class);
        when(connection.getRemoteSocketAddress()).thenReturn(new InetSocketAddress(InetAddress.getByName(peer), 4711));
        Request request = mock(Request.class);
        when(request.getHeaders()).thenReturn(fields);
        when(request.getConnectionMetaData()).thenReturn(connection);
        when(request.getHttpURI()).thenReturn(HttpURI.from("/socket.io/"));
        return request;
    }

    private static String address(String... headers) throws Exception {
        return OURS.arrival(request("10.0.0.1", headers)).address();
    }

    // ---- whose it is

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "203.0.113.7                                   | 203.0.113.7",
                "203.0.113.7:4711                              | 203.0.113.7",
                "2001:DB8:0::7                                 | 2001:db8::7",
                "[2001:db8::7]                                 | 2001:db8::7",
                "[2001:db8::7]:4711                            | 2001:db8::7",
                "\"[2001:db8::7]:4711\"                        | 2001:db8::7",
                "\"203.0.113.7:4711\"                          | 203.0.113.7",
                "\" 203.0.113.7 \"                             | 203.0.113.7",
                "::ffff:203.0.113.7                            | 203.0.113.7",
                "[::ffff:203.0.113.7]:80                       | 203.0.113.7",
                "fe80::7%eth0                                  | fe80::7",
                ",203.0.113.7,, ,                              | 203.0.113.7",
                "198.51.100.9,203.0.113.7                      | 203.0.113.7",
                "198.51.100.9, 203.0.113.7, 10.0.0.2           | 203.0.113.7",
                "198.51.100.9, 203.0.113.7, ::ffff:10.0.0.2    | 203.0.113.7",
                "203.0.113.7, [fd00::1]:80, 10.0.0.2:8080      | 203.0.113.7",
                "10.0.0.2                                      | 10.0.0.2",
                "198.51.100.9, unknown                         | 10.0.0.1",
                "198.51.100.9, _hidden, 10.0.0.2               | 10.0.0.2",
                "198.51.100.9, 999.1.1.1                       | 10.0.0.1",
                "010.0.0.1                                     | 10.0.0.1",
                "0x7f.1                                        | 10.0.0.1",
                "127.1                                         | 10.0.0.1",
                "localhost                                     | 10.0.0.1",
                "203.0.113.7:http                              | 10.0.0.1",
                "203.0.113.7:123456                            | 10.0.0.1",
                "[2001:db8::7]x:80                             | 10.0.0.1",
                "[2001:db8::7                                  | 10.0.0.1",
                "\"203.0.113.7                                 | 10.0.0.1",
                "\"                                            | 10.0.0.1",
                "\"198.51.100.9, 203.0.113.7                   | 203.0.113.7",
                "\\\", 203.0.113.7                             | 203.0.113.7",
                ",                                             | 10.0.0.1",
            })
    void theAddressIsTheFirstFromTheRightThatIsNoProxyOfOurs(String forwardedFor, String address) throws Exception {
        assertEquals(address, address("X-Forwarded-For: " + forwardedFor));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "for=203.0.113.7                                                 | 203.0.113.7",
                "For=\"203.0.113.7:4711\";Proto=https;by=10.0.0.1                | 203.0.113.7",
                "for = \"[2001:db8:cafe::17]:4711\" ; proto=http                 | 2001:db8:cafe::17",
                "by=10.0.0.1;for=\"[2001:db8:cafe::17]:_port\"                   | 2001:db8:cafe::17",
                "for=198.51.100.9, for=203.0.113.7;ext=\"a,b;for=192.0.2.9\"     | 203.0.113.7",
                "for=198.51.100.9, for=203.0.113.7, for=10.0.0.2;ext=\"\\\",\"   | 203.0.113.7",
                "for=\"\\203.0.113.7\"                                           | 203.0.113.7",
                "for=\"198.51.100.9, for=203.0.113.7                             | 203.0.113.7",
                "for=198.51.100.9, for=unknown                                   | 10.0.0.1",
                "for=198.51.100.9, for=\"_gazonk\", for=10.0.0.2                 | 10.0.0.2",
                "for=198.51.100.9, proto=https                                   | 10.0.0.1",
                "203.0.113.7                                                     | 10.0.0.1",
                "for                                                             | 10.0.0.1",
                "=;=;for=                                                        | 10.0.0.1",
            })
    void theStandardsHeaderSaysTheSame(String forwarded, String address) throws Exception {
        assertEquals(address, address("Forwarded: " + forwarded));
    }

    @Test
    void severalHeadersAreOneList() throws Exception {
        assertEquals("203.0.113.7", address("X-Forwarded-For: 203.0.113.7, 10.0.0.2", "X-Forwarded-For: 10.0.0.1"));
        assertEquals("203.0.113.7", address("Forwarded: for=203.0.113.7", "Forwarded: for=10.0.0.2"));
        assertEquals("203.0.113.7", address("X-Forwarded-For: \"198.51.100.9", "X-Forwarded-For: 203.0.113.7"));
    }

    @Test
    void clientsOfOthersAreTheirOwnAddress() throws Exception {
        for (String header : new String[] {"X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.7"}) {
            assertEquals("192.0.2.1", OURS.arrival(request("192.0.2.1", header)).address());
            assertEquals(
                    "10.0.0.1",
                    TrustedProxies.NONE.arrival(request("10.0.0.1", header)).address());
        }
        assertEquals("2001:db8::1", OURS.arrival(request("2001:db8:0:0::1")).address());
        assertEquals(
                "203.0.113.7",
                OURS.arrival(request("fd00:0::1", "X-Forwarded-For: 203.0.113.7"))
                        .address());
    }

    @Test
    void aClientsOwnHeaderDoesNotStandBeforeTheProxys() throws Exception {
        assertEquals("203.0.113.7", address("Forwarded: for=198.51.100.9", "X-Forwarded-For: 203.0.113.7"));
    }

    @Test
    void ofManyProxiesTheNearestAreRead() throws Exception {
        String proxies = IntStream.range(0, 100).mapToObj(i -> "10.0.0.2").collect(Collectors.joining(","));
        assertEquals("10.0.0.2", address("X-Forwarded-For: 203.0.113.7," + proxies));
        assertEquals("203.0.113.7", address("X-Forwarded-For: " + proxies + ",203.0.113.7"));
    }

    @Test
    void anAddressThatAnotherCustomizerPutThereIsNotLookedUp() throws Exception {
        Request request = request("10.0.0.1", "X-Forwarded-For: 203.0.113.7");
        ConnectionMetaData connection = request.getConnectionMetaData();
        when(connection.getRemoteSocketAddress()).thenReturn(InetSocketAddress.createUnresolved("[fd00:0:0::1]", 1));
        assertEquals("203.0.113.7", OURS.arrival(request).address());
        assertEquals("fd00::1", TrustedProxies.NONE.arrival(request).address());
        when(connection.getRemoteSocketAddress()).thenReturn(InetSocketAddress.createUnresolved("unknown", 1));
        assertEquals("unknown", OURS.arrival(request).address());
        when(connection.getRemoteSocketAddress()).thenReturn(UnixDomainSocketAddress.of("/run/engine"));
        assertNotNull(OURS.arrival(request).address());
    }

    // ---- how it came

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "X-Forwarded-Proto: https                                                           | true",
                "X-Forwarded-Proto: HTTPS                                                           | true",
                "X-Forwarded-Proto: wss                                                             | true",
                "X-Forwarded-Proto: http                                                            | false",
                "X-Forwarded-Proto: gopher                                                          | false",
                "X-Forwarded-Proto: http, https                                                     | true",
                "X-Forwarded-Proto: https, http                                                     | false",
                "X-Forwarded-For: 203.0.113.7, 10.0.0.2 # X-Forwarded-Proto: https, http            | true",
                "X-Forwarded-For: 203.0.113.7, 10.0.0.2 # X-Forwarded-Proto: https                  | true",
                "X-Forwarded-For: 203.0.113.7, 192.0.2.9 # X-Forwarded-Proto: https, http           | false",
                "Forwarded: for=203.0.113.7;proto=https, for=10.0.0.2;proto=http                    | true",
                "Forwarded: for=203.0.113.7;proto=https, for=192.0.2.9;proto=http                   | false",
                "Forwarded: proto=\"https\"                                                         | true",
                "Forwarded: proto=https # X-Forwarded-For: 203.0.113.7                              | false",
            })
    void theSchemeIsThatOfTheOutermostProxyOfOurs(String headers, boolean secure) throws Exception {
        String[] lines = headers.split(" # ");
        assertEquals(secure, OURS.arrival(request("10.0.0.1", lines)).secure());
        assertEquals(false, OURS.arrival(request("192.0.2.1", lines)).secure());
    }

    @Test
    void whatCameOverTlsIsSecureUnlessTheProxyKnowsBetter() throws Exception {
        Request plain = request("10.0.0.1", "X-Forwarded-For: 203.0.113.7");
        when(plain.isSecure()).thenReturn(true);
        assertEquals(true, OURS.arrival(plain).secure());
        Request told = request("10.0.0.1", "X-Forwarded-Proto: http");
        when(told.isSecure()).thenReturn(true);
        assertEquals(false, OURS.arrival(told).secure());
        assertEquals(true, TrustedProxies.NONE.arrival(told).secure());
    }

    // ---- what was asked for

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "X-Forwarded-For: 203.0.113.7                                         | backend:3000",
                "X-Forwarded-Host: chat.example.com                                   | chat.example.com",
                "X-Forwarded-Host: chat.example.com:8443                              | chat.example.com:8443",
                "X-Forwarded-Host: evil.example, chat.example.com                     | chat.example.com",
                "X-Forwarded-For: 203.0.113.7, 10.0.0.2 # X-Forwarded-Host: chat.example.com, inner | chat.example.com",
                "X-Forwarded-Host: chat.example.com # X-Forwarded-Port: 8443          | chat.example.com chat.example.com:8443",
                "X-Forwarded-Host: [::1] # X-Forwarded-Port: 8443                     | [::1] [::1]:8443",
                "X-Forwarded-Host: chat.example.com:1 # X-Forwarded-Port: 8443        | chat.example.com:1",
                "X-Forwarded-Host: chat.example.com # X-Forwarded-Port: x             | chat.example.com",
                "Forwarded: host=chat.example.com                                     | chat.example.com",
                "Forwarded: host=\"chat.example.com:8443\", for=10.0.0.2              | chat.example.com:8443",
                "Forwarded: host=evil.example, for=203.0.113.7                        | backend:3000",
                "Forwarded: host=evil.example, for=203.0.113.7;host=chat.example.com  | chat.example.com",
                "Forwarded: for=203.0.113.7;host=\"chat.example.com:8443\", for=10.0.0.2;host=inner | chat.example.com:8443",
            })
    void theHostIsThatWhichTheOutermostProxyOfOursWasAskedFor(String headers, String authorities) throws Exception {
        Request request = request("10.0.0.1", headers.split(" # "));
        assertEquals(authorities, String.join(" ", OURS.authorities(request)));
        assertEquals("backend:3000", String.join(" ", TrustedProxies.NONE.authorities(request)));
        Request stranger = request("192.0.2.1", headers.split(" # "));
        assertEquals("backend:3000", String.join(" ", OURS.authorities(stranger)));
    }
}
