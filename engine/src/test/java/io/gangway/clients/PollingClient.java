package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that speaks Engine.IO over long-polling and shows the payloads, word for word. {@code |} stands for the record
 * separator, both ways.
 */
public final class PollingClient {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern SID = Pattern.compile("\"sid\":\"([\\w-]{20})\"");

    private final int port;
    private final String sid;
    private final String handshake;

    private PollingClient(int port, String sid, String handshake) {
        this.port = port;
        this.sid = sid;
        this.handshake = handshake;
    }

    /** Opens a session. */
    public static PollingClient open(int port) {
        HttpResponse<String> response = get(port, "/socket.io/?EIO=4&transport=polling");
        assertEquals(200, response.statusCode(), response.body());
        Matcher sid = SID.matcher(response.body());
        assertEquals(true, sid.find(), response.body());
        return new PollingClient(port, sid.group(1), response.body());
    }

    /** Opens a session and joins {@code /}. */
    public static PollingClient join(int port) {
        PollingClient client = open(port);
        client.post("40");
        String answer = client.poll();
        assertEquals("40{\"sid\":", answer.substring(0, Math.min(9, answer.length())));
        return client;
    }

    public static HttpResponse<String> get(int port, String pathAndQuery) {
        return send(HttpRequest.newBuilder(uri(port, pathAndQuery)));
    }

    public static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(WireClient.PATIENCE).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    public static CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
        return HTTP.sendAsync(request.timeout(WireClient.PATIENCE).build(), BodyHandlers.ofString());
    }

    public static URI uri(int port, String pathAndQuery) {
        return URI.create("http://localhost:" + port + pathAndQuery);
    }

    public String sid() {
        return sid;
    }

    /** The payload that opened the session. */
    public String handshake() {
        return handshake;
    }

    /** The path and query of this session's requests. */
    public String path(String transport) {
        return "/socket.io/?EIO=4&transport=" + transport + "&sid=" + sid;
    }

    public HttpRequest.Builder request() {
        return HttpRequest.newBuilder(uri(port, path("polling")));
    }

    /** One poll's payload. */
    public String poll() {
        HttpResponse<String> response = send(request());
        assertEquals(200, response.statusCode(), response.body());
        return shown(response.body());
    }

    public CompletableFuture<HttpResponse<String>> pollAsync() {
        return sendAsync(request());
    }

    /** Sends packets and asserts that they were taken. */
    public void post(String payload) {
        HttpResponse<String> response = tryPost(payload);
        assertEquals(200, response.statusCode(), response.body());
        assertEquals("ok", response.body());
    }

    /** Ends the session; an engine that closes waits a second for clients that are there and do not poll. */
    public void leave() {
        post("1");
    }

    public HttpResponse<String> tryPost(String payload) {
        return send(request().POST(BodyPublishers.ofString(payload.replace('|', '\u001e'))));
    }

    public static String shown(String payload) {
        return payload.replace('\u001e', '|');
    }
}
