package io.gangway.jetty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginRuleTest {
    @Test
    void aRequestWithoutOriginAlwaysPasses() {
        assertTrue(OriginRule.sameHost().allows(request(null, "example.com"), TrustedProxies.NONE));
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com, example.com",
        "https://example.com, example.com",
        "https://example.com, example.com:443",
        "https://example.com:443, example.com",
        "http://EXAMPLE.com:3001, example.com:3001",
        "http://[::1]:3001, [::1]:3001",
    })
    void ourOwnPagesAlwaysPass(String origin, String host) {
        assertTrue(OriginRule.sameHost().allows(request(origin, host), TrustedProxies.NONE));
        assertTrue(OriginRule.of(List.of("https://other.example")).allows(request(origin, host), TrustedProxies.NONE));
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.example, example.com",
        "http://example.com:3000, example.com:3001",
        "http://example.com, example.com:443",
        "http://example.com.evil.example, example.com",
        "http://example.com@evil.example, example.com",
        "null, example.com",
    })
    void foreignPagesDoNot(String origin, String host) {
        assertFalse(OriginRule.sameHost().allows(request(origin, host), TrustedProxies.NONE));
        assertFalse(OriginRule.of(List.of("https://other.example")).allows(request(origin, host), TrustedProxies.NONE));
    }

    @Test
    void aListAllowsWhatItNames() {
        OriginRule rule = OriginRule.of(List.of("http://localhost:3000", "https://Example.com:443"));

        assertTrue(rule.allows(request("http://localhost:3000", "api"), TrustedProxies.NONE));
        assertTrue(rule.allows(request("https://example.com", "api"), TrustedProxies.NONE));
        assertFalse(rule.allows(request("http://localhost", "api"), TrustedProxies.NONE));
        assertFalse(rule.allows(request("http://example.com", "api"), TrustedProxies.NONE));
    }

    @Test
    void aPatternHasToMatchTheWholeOrigin() {
        OriginRule rule = OriginRule.matching(Pattern.compile("https://[a-z]+\\.example\\.com"));

        assertTrue(rule.allows(request("https://a.example.com", "api"), TrustedProxies.NONE));
        assertFalse(rule.allows(request("https://a.example.com.evil.com", "api"), TrustedProxies.NONE));
    }

    @Test
    void aStarStandsForAny() {
        assertTrue(OriginRule.of(List.of("*")).allows(request("http://evil.example", "api"), TrustedProxies.NONE));
    }

    @Test
    void anAllowedOriginIsToldSo() {
        OriginRule rule = OriginRule.of(List.of("http://localhost:3000")).withCredentials();

        HttpFields headers = headersFor(rule, "http://localhost:3000");

        assertEquals("http://localhost:3000", headers.get(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN));
        assertEquals("true", headers.get(HttpHeader.ACCESS_CONTROL_ALLOW_CREDENTIALS));
        assertEquals("Origin", headers.get(HttpHeader.VARY));
    }

    @Test
    void aForeignOriginIsToldNothing() {
        OriginRule rule = OriginRule.of(List.of("http://localhost:3000")).withCredentials();

        HttpFields headers = headersFor(rule, "http://evil.example");

        assertNull(headers.get(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN));
        assertNull(headers.get(HttpHeader.ACCESS_CONTROL_ALLOW_CREDENTIALS));
    }

    @Test
    void anyOriginIsAnsweredWithAStar() {
        assertEquals("*", headersFor(OriginRule.any(), "http://a").get(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN));
    }

    @Test
    void withoutCorsNothingIsSaid() {
        assertEquals(0, headersFor(OriginRule.sameHost(), "http://a").size());
    }

    @Test
    void aPreflightIsToldWhatItAskedFor() {
        HttpFields.Mutable headers = HttpFields.build();
        Request request = mock(Request.class);
        when(request.getHeaders())
                .thenReturn(HttpFields.build().add(HttpHeader.ACCESS_CONTROL_REQUEST_HEADERS, "x-token, content-type"));

        OriginRule.any().addPreflightHeaders(request, headers);

        assertEquals("x-token, content-type", headers.get(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS));
        assertEquals("GET, POST, OPTIONS", headers.get(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS));
    }

    @Test
    void anyOriginWithCredentialsIsRefused() {
        OriginRule any = OriginRule.any();

        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, any::withCredentials);

        assertTrue(String.valueOf(refused.getMessage()).contains("Name the origins you trust"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:3000/",
                "https://example.com/app",
                "example.com",
                "https://*.example.com",
                "Null",
                "file:///",
                "",
                "http://",
                "http://a b",
                "http://a:99999999"
            })
    void whatIsNoOriginIsRefusedByName(String origin) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> OriginRule.of(List.of(origin)));

        assertTrue(String.valueOf(refused.getMessage()).startsWith("\"" + origin + "\" is not an origin"));
    }

    @Test
    void anOriginThatNoBrowserSendsIsMalformed() {
        assertTrue(OriginRule.isMalformed(request("http://a b", "a")));
        assertTrue(OriginRule.isMalformed(request("http://\u00e9", "a")));
        assertFalse(OriginRule.isMalformed(request("http://xn--9ca", "a")));
    }

    private static HttpFields headersFor(OriginRule rule, String origin) {
        HttpFields.Mutable headers = HttpFields.build();
        rule.addHeaders(request(origin, "api"), headers);
        return headers;
    }

    private static Request request(@Nullable String origin, String host) {
        HttpFields.Mutable headers = HttpFields.build().add(HttpHeader.HOST, host);
        if (origin != null) {
            headers.add(HttpHeader.ORIGIN, origin);
        }
        Request request = mock(Request.class);
        when(request.getHeaders()).thenReturn(headers);
        when(request.getHttpURI()).thenReturn(HttpURI.from("http://" + host + "/socket.io/"));
        return request;
    }
}
