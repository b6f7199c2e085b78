package io.gangway.jetty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import io.gangway.engineio.Query;
import io.gangway.net.IpAddress;
import io.gangway.testing.Fuzzing;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;

/** Whatever a query or a header holds, it is read or refused: nothing is thrown, nothing hangs, memory stays small. */
class RequestFuzzTest {
    private static final int INPUTS = 5_000;

    private static final List<String> QUERY = List.of(
            "EIO",
            "transport",
            "sid",
            "polling",
            "4",
            "=",
            "&",
            "==",
            "&&",
            "%74",
            "%",
            "%zz",
            "%00",
            "%c3%28",
            "%f0%9f%98%80",
            "+",
            "a",
            "b64",
            "j",
            "\u0000",
            "\ud83d",
            "__proto__",
            "token");

    private static final List<String> FORWARDED = List.of(
            "for=",
            "For=",
            "proto=",
            "host=",
            "by=",
            "10.0.0.1",
            "203.0.113.7",
            "[2001:db8::1]",
            "2001:db8::1",
            "::",
            ":",
            ":80",
            ":99999999999",
            "https",
            "wss",
            "http",
            "\"",
            "\\",
            "\\\"",
            ",",
            ";",
            "=",
            " ",
            "\t",
            "unknown",
            "_hidden",
            "::ffff:10.0.0.1",
            "%eth0",
            "example.com",
            "[",
            "]",
            "[[",
            "1.2.3.4.5",
            "0x7f.1",
            "a.b:1",
            "\u00e9");

    private static final List<String> ORIGINS = List.of(
            "http",
            "https",
            "://",
            ":",
            "/",
            "localhost",
            "example.com",
            "[::1]",
            "[",
            "]",
            ":80",
            ":99999",
            "null",
            "file://",
            "\u00df",
            "xn--",
            "xn--a",
            ".",
            "..",
            "%",
            " ",
            "\t",
            ",",
            "@",
            "*",
            "\u200d",
            "\ud83d");

    private static final TrustedProxies ALL = TrustedProxies.of(address -> true);

    private static final ConnectionMetaData CONNECTION =
            mock(ConnectionMetaData.class, withSettings().stubOnly());
    private static final HttpURI TARGET = HttpURI.from("/socket.io/");

    static {
        when(CONNECTION.getRemoteSocketAddress()).thenReturn(new InetSocketAddress("10.0.0.1", 4711));
    }

    private static Request request(HttpFields headers) {
        Request request = mock(Request.class, withSettings().stubOnly());
        when(request.getHeaders()).thenReturn(headers);
        when(request.getConnectionMetaData()).thenReturn(CONNECTION);
        when(request.getHttpURI()).thenReturn(TARGET);
        return request;
    }

    /** Several headers of some of these names, each with a value from these parts. */
    private static Function<Random, HttpFields> headers(List<String> names, List<String> parts) {
        return random -> {
            HttpFields.Mutable fields = HttpFields.build();
            for (int i = random.nextInt(4) + 1; i > 0; i--) {
                fields.add(names.get(random.nextInt(names.size())), Fuzzing.text(random, parts, 12));
            }
            return fields.asImmutable();
        };
    }

    @Test
    void queriesAreReadAsOneExpects() {
        Fuzzing.each(INPUTS, random -> Fuzzing.text(random, QUERY, 30), text -> {
            Query query = Query.parse(text);
            if (query == null) {
                assertTrue(text.contains("%"), "only an escape can be malformed");
                return;
            }
            List<String> pairs = new ArrayList<>(List.of(text.split("&", -1)));
            pairs.removeIf(String::isEmpty);
            assertTrue(query.parameters().size() <= pairs.size());
            assertEquals(
                    query.parameters().size() < pairs.size(), !query.repeated().isEmpty());
            assertTrue(query.parameters().keySet().containsAll(query.repeated()));
        });
    }

    @Test
    void forwardedHeadersNameAnAddressOrNone() {
        List<String> names = List.of(
                "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "Host");
        Fuzzing.each(INPUTS, headers(names, FORWARDED), fields -> {
            Arrival arrival = ALL.arrival(request(fields));
            IpAddress address = IpAddress.parse(arrival.address());
            assertNotNull(address, arrival.address());
            assertEquals(arrival.address(), address.toString());
            assertTrue(arrival.authorities().size() <= 4, () -> "" + arrival.authorities());
        });
    }

    @Test
    void originsAreAllowedOrRefused() {
        OriginRule some = OriginRule.of(List.of("http://example.com"));
        RefusedOrigins refused = new RefusedOrigins();
        Fuzzing.each(INPUTS, headers(List.of("Origin", "Host", "X-Forwarded-Host"), ORIGINS), fields -> {
            Request request = request(fields);
            boolean malformed = OriginRule.isMalformed(request);
            boolean allowed = !malformed && some.allows(request, ALL);
            if (!malformed && !allowed) {
                refused.tell(request, some, ALL);
            }
        });
    }

    @Test
    void subprotocolsAreTokensOrRefused() {
        List<String> parts =
                List.of("chat", "v1", ",", " ", "\t", ", ", "\"", "=", "a/b", "\u0000", "\u00e9", "chat,chat");
        Fuzzing.each(INPUTS, headers(List.of("Sec-WebSocket-Protocol"), parts), fields -> {
            SubprotocolOffer offer = SubprotocolOffer.in(fields);
            if (offer != null) {
                String chosen = offer.chosenBy(SubprotocolRule.FIRST_OFFERED, () -> {
                    throw new AssertionError("nobody is asked");
                });
                assertTrue(chosen == null || SubprotocolOffer.isToken(chosen), chosen);
            }
        });
    }

    @Test
    void whatIsShownInTheLogIsOneShortLine() {
        Fuzzing.each(INPUTS, random -> Fuzzing.text(random, ORIGINS, 30), text -> {
            String shown = ClientText.of(text);
            assertTrue(shown.length() <= 203 && shown.chars().allMatch(c -> c > ' ' && c < 0x7f), shown);
        });
    }
}
