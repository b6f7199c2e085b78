package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client on a WebSocket that remembers what the stock client does to get its session back: packet by packet. */
public final class ReturningClient {
    /** The answer to a CONNECT: its namespace, the socket's id, the session's private id. */
    public static final Pattern CONNECTED =
            Pattern.compile("40(/[^,]*,)?\\{\"sid\":\"([\\w-]{20})\",\"pid\":\"([\\w-]{20,})\"}");

    private static final Pattern OFFSET = Pattern.compile("(.*),\"([\\w-]{8}\\.[0-9a-z]+|[0-9]+(?:-[0-9]+)?)\"]");

    private final String auth;
    private WireClient wire;
    private String id = "";
    private String privateId = "";
    private String offset = "";

    private ReturningClient(int port, String auth) {
        this.auth = auth;
        this.wire = WireClient.open(port);
    }

    public static ReturningClient join(int port) {
        return join(port, "");
    }

    /** @param auth further entries of the auth payload, with a comma in front */
    public static ReturningClient join(int port, String auth) {
        ReturningClient client = new ReturningClient(port, auth);
        client.connect(auth.isEmpty() ? "" : "{" + auth.substring(1) + "}");
        return client;
    }

    /** A client that comes with another's secret. */
    public static ReturningClient with(String privateId, int port, String auth) {
        ReturningClient client = new ReturningClient(port, auth);
        client.privateId = privateId;
        client.present();
        return client;
    }

    private void connect(String payload) {
        wire.send("40" + payload);
        String answer = wire.next();
        Matcher connected = CONNECTED.matcher(answer);
        assertTrue(connected.matches(), answer);
        id = connected.group(2);
        privateId = connected.group(3);
    }

    /** Comes on a new connection, and expects an answer with a session, old or new. */
    public ReturningClient comeBack(int port) {
        wire = WireClient.open(port);
        return present();
    }

    private ReturningClient present() {
        String last = offset.isEmpty() ? "" : ",\"offset\":\"" + offset + "\"";
        connect("{\"pid\":\"" + privateId + "\"" + last + auth + "}");
        return this;
    }

    /** The next event, without its offset, which is remembered. */
    public String next() {
        String packet = wire.next();
        Matcher event = OFFSET.matcher(packet);
        assertTrue(event.matches(), packet);
        offset = event.group(2);
        return event.group(1) + "]";
    }

    public ReturningClient expect(String... events) {
        for (String event : events) {
            assertEquals(event, next());
        }
        return this;
    }

    /** Nothing else is on its way. */
    public void expectNothingElse(Socket socket) {
        socket.emit("end");
        expect("42[\"end\"]");
    }

    public ReturningClient cut() {
        wire.abort();
        return this;
    }

    public WireClient wire() {
        return wire;
    }

    /** The socket's id. */
    public String id() {
        return id;
    }

    public String privateId() {
        return privateId;
    }

    /** The offset of the last event; empty if there was none. */
    public String offset() {
        return offset;
    }

    /** Believes that this was the last event's. */
    public void offset(String offset) {
        this.offset = offset;
    }
}
