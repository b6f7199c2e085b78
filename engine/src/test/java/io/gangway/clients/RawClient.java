package io.gangway.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP connection on which a test writes what it likes, and reads HTTP responses and WebSocket frames, byte for byte.
 *
 * <p>Frames are shown as {@link WireClient} shows messages, and besides: {@code ping 0102}, {@code pong 0102}, {@code end}
 * for the end of input, {@code reset} for a broken connection. Nothing is answered unasked.
 */
public final class RawClient implements AutoCloseable {
    public static final String POLLING = "/socket.io/?EIO=4&transport=polling";
    public static final String WEBSOCKET = "/socket.io/?EIO=4&transport=websocket";

    private static final Pattern SID = Pattern.compile("\"sid\":\"([\\w-]{20})\"");
    private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};

    private final Socket socket;
    private final InputStream in;

    /** What a request was answered with; header names are in lower case. */
    public record Response(int status, List<String> headers, String body) {
        /** The header's value; null if there is none, and several are joined. */
        public String header(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ": ";
            List<String> values = headers.stream()
                    .filter(header -> header.startsWith(prefix))
                    .map(header -> header.substring(prefix.length()))
                    .toList();
            return values.isEmpty() ? null : String.join(", ", values);
        }

        /** The session's id, from a handshake. */
        public String sid() {
            return sidIn(body);
        }

        /** Status and body; {@code |} stands for the record separator. */
        public String shown() {
            return status + " " + PollingClient.shown(body);
        }
    }

    public RawClient(Socket socket) {
        try {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) WireClient.PATIENCE.toMillis());
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static RawClient connect(int port) {
        try {
            return new RawClient(new Socket("localhost", port));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Opens a polling session and returns its id. */
    public static String handshake(int port) {
        try (RawClient client = connect(port)) {
            Response response = client.get(POLLING);
            assertEquals(200, response.status(), response.body());
            return response.sid();
        }
    }

    /** Opens a polling session, joins {@code /}, and returns the session's path and query. */
    public static String joinPolling(int port) {
        String session = POLLING + "&sid=" + handshake(port);
        try (RawClient client = connect(port)) {
            assertEquals("200 ok", client.post(session, "40").shown());
            assertConnected(client.get(session).body());
            return session;
        }
    }

    /** Ends a polling session; an engine that closes waits a second for clients that are there and do not poll. */
    public void leave(String session) {
        assertEquals("200 ok", post(session, "1").shown());
    }

    /** Opens a WebSocket session and takes its open packet. */
    public static RawClient open(int port) {
        return connect(port).open();
    }

    private RawClient open() {
        upgrade(WEBSOCKET);
        String open = next();
        assertEquals('0', open.charAt(0), open);
        return this;
    }

    /** Opens a WebSocket session and joins {@code /}. */
    public static RawClient join(int port) {
        return connect(port).open().join();
    }

    private RawClient join() {
        send("40");
        assertConnected(next());
        return this;
    }

    /**
     * Opens a WebSocket session and joins {@code /}.
     *
     * @param unconnected may have buffers of its own sizes, or speak TLS
     */
    public static RawClient join(Socket unconnected, int port) throws IOException {
        unconnected.connect(new InetSocketAddress("localhost", port));
        return new RawClient(unconnected).open().join();
    }

    /** Opens a WebSocket and takes nothing from it yet. */
    public static RawClient upgrade(int port, String target, String... headers) {
        return connect(port).upgrade(target, headers);
    }

    /**
     * Opens a plain WebSocket, which is admitted.
     *
     * @param unconnected may have buffers of its own sizes
     */
    public static RawClient joinPlain(Socket unconnected, int port, String target) throws IOException {
        unconnected.connect(new InetSocketAddress("localhost", port));
        RawClient client = new RawClient(unconnected).upgrade(target);
        String first = client.next();
        assertTrue(first.startsWith("{\"event\":\"connect\","), first);
        return client;
    }

    private RawClient upgrade(String target, String... headers) {
        write(upgradeRequest(target, headers));
        Response response = response();
        assertEquals(101, response.status(), response.body());
        return this;
    }

    /** Asserts that this answers a CONNECT to {@code /}. */
    public static void assertConnected(String packet) {
        assertEquals("40{\"sid\":", packet.substring(0, Math.min(9, packet.length())), packet);
    }

    public static String sidIn(String openPacket) {
        Matcher sid = SID.matcher(openPacket);
        assertEquals(true, sid.find(), openPacket);
        return sid.group(1);
    }

    // ---- HTTP

    /** A request's head. */
    public static String head(String method, String target, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    public static String upgradeRequest(String target, String... headers) {
        String[] all = new String[headers.length + 4];
        all[0] = "Upgrade: websocket";
        all[1] = "Connection: Upgrade";
        all[2] = "Sec-WebSocket-Version: 13";
        all[3] = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        System.arraycopy(headers, 0, all, 4, headers.length);
        return head("GET", target, all);
    }

    public Response get(String target, String... headers) {
        return request("GET", target, headers);
    }

    public Response request(String method, String target, String... headers) {
        return write(head(method, target, headers)).response();
    }

    /** A POST whose packets {@code |} separates. */
    public Response post(String target, String payload, String... headers) {
        return writePost(target, payload, headers).response();
    }

    public RawClient writePost(String target, String payload, String... headers) {
        byte[] body = payload.replace('|', '\u001e').getBytes(UTF_8);
        String[] all = new String[headers.length + 1];
        all[0] = "Content-Length: " + body.length;
        System.arraycopy(headers, 0, all, 1, headers.length);
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head("POST", target, all).getBytes(ISO_8859_1));
        request.writeBytes(body);
        return write(request.toByteArray());
    }

    public RawClient write(String bytes) {
        return write(bytes.getBytes(ISO_8859_1));
    }

    public RawClient write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Takes the next response; fails if there is none. */
    public Response response() {
        try {
            String status = line();
            assertEquals("HTTP/1.1 ", status.substring(0, Math.min(9, status.length())), status);
            List<String> headers = new ArrayList<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                headers.add(line.substring(0, colon).toLowerCase(Locale.ROOT) + ": "
                        + line.substring(colon + 1).trim());
            }
            Response head = new Response(Integer.parseInt(status.substring(9, 12)), headers, "");
            String length = head.header("content-length");
            byte[] body = length == null ? new byte[0] : in.readNBytes(Integer.parseInt(length));
            return new Response(head.status, headers, new String(body, UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return line + "(end of input)";
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    // ---- WebSocket

    /** A frame, masked: its first byte is FIN, RSV and opcode. */
    public static byte[] frame(int first, byte... payload) {
        return frame(first, payload.length, payload);
    }

    /** A frame that announces {@code length} bytes and brings these. */
    public static byte[] frame(int first, long length, byte... payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write(first);
        if (length < 126) {
            frame.write(0x80 | (int) length);
        } else if (length < 65_536) {
            frame.write(0x80 | 126);
            frame.write((int) (length >> 8));
            frame.write((int) length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) (length >> shift));
            }
        }
        frame.writeBytes(MASK);
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= MASK[i & 3];
        }
        frame.writeBytes(masked);
        return frame.toByteArray();
    }

    public static byte[] textFrame(String text) {
        return frame(0x81, text.getBytes(UTF_8));
    }

    /** A Close frame. */
    public static byte[] closeFrame(int code) {
        return frame(0x88, (byte) (code >> 8), (byte) code);
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    public RawClient send(String packet) {
        return write(textFrame(packet));
    }

    /** The next frame, waited for. */
    public String next() {
        try {
            int first = in.read();
            if (first < 0) {
                return "end";
            }
            int length = in.read();
            if (length == 126) {
                length = (in.read() << 8) | in.read();
            } else if (length == 127) {
                in.skipNBytes(4);
                length = (in.read() << 24) | (in.read() << 16) | (in.read() << 8) | in.read();
            }
            return shown(first, in.readNBytes(length));
        } catch (SocketTimeoutException nothing) {
            throw new AssertionError("nothing came within " + WireClient.PATIENCE, nothing);
        } catch (SocketException broken) {
            return "reset";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String shown(int first, byte[] payload) {
        String hex = HexFormat.of().formatHex(payload);
        return switch (first) {
            case 0x81 -> new String(payload, UTF_8);
            case 0x82 -> "binary " + hex;
            case 0x88 ->
                payload.length < 2
                        ? "closed"
                        : "closed " + (((payload[0] & 0xff) << 8) | (payload[1] & 0xff))
                                + (payload.length == 2 ? "" : " " + new String(payload, 2, payload.length - 2, UTF_8));
            case 0x89 -> "ping " + hex;
            case 0x8a -> "pong " + hex;
            default -> "frame " + Integer.toHexString(first) + " " + hex;
        };
    }

    /** Asserts that the next frames are these, in this order. */
    public RawClient expect(String... frames) {
        for (String frame : frames) {
            assertEquals(frame, next());
        }
        return this;
    }

    /** Asserts that the server closes with this code, and in such a way that the client can read it. */
    public void expectClosed(int code) {
        String frame = next();
        assertEquals("closed " + code, frame.substring(0, Math.min(11, frame.length())), frame);
        answerClose();
        expectEnd();
    }

    /** Closes as a client does that has read the server's Close frame. */
    private void answerClose() {
        try {
            socket.getOutputStream().write(closeFrame(1000));
            socket.shutdownOutput();
        } catch (IOException closedAlready) {
            // What was sent before can still be read.
        }
    }

    /** Closes in order, as a client does to which pings may be under way. */
    public void leaveWebSocket() {
        write(closeFrame(1000));
        String frame = next();
        while (frame.equals("2")) {
            frame = next();
        }
        assertEquals("closed 1000", frame);
        expectEnd();
    }

    /** Asserts that the server ends the connection, properly: it is not reset. */
    public void expectEnd() {
        assertEquals("end", next());
    }

    /** The next bytes, just as they come: no text is made of them. */
    public byte[] read(int length) {
        try {
            return in.readNBytes(length);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whether something has come that was not taken yet. */
    public boolean hasMore() {
        try {
            return in.available() > 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    // ---- the end

    /** Says that nothing more comes, but reads on. */
    public void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Breaks the connection. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
