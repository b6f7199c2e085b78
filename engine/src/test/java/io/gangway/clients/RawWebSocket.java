package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A WebSocket with nothing between it and the socket's buffers. */
public final class RawWebSocket {
    private RawWebSocket() {}

    /** @param socket not yet connected */
    public static Socket join(Socket socket, int port) throws IOException {
        socket.connect(new InetSocketAddress("localhost", port));
        socket.getOutputStream()
                .write(("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
                                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder response = new StringBuilder();
        while (!response.toString().endsWith("\r\n\r\n")) {
            response.append((char) in.read());
        }
        assertEquals("HTTP/1.1 101", response.substring(0, 12));
        assertEquals('0', read(socket).charAt(0));
        write(socket, "40");
        assertEquals("40{\"sid\"", read(socket).substring(0, 8));
        return socket;
    }

    /** One unfragmented text frame; pings of the heartbeat are answered. */
    public static String read(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        while (true) {
            int opcode = in.read() & 0x0f;
            int length = in.read();
            if (length == 126) {
                length = in.read() << 8 | in.read();
            } else if (length == 127) {
                in.skipNBytes(4);
                length = in.read() << 24 | in.read() << 16 | in.read() << 8 | in.read();
            }
            String text = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
            if (opcode == 1 && text.equals("2")) {
                write(socket, "3");
            } else if (opcode == 1) {
                return text;
            } else {
                throw new IOException("frame with opcode " + opcode);
            }
        }
    }

    /** A short text frame, masked with zeros. */
    public static void write(Socket socket, String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        socket.getOutputStream().write(frame);
    }
}
