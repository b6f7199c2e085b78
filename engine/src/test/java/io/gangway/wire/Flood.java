package io.gangway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gangway.clients.RawClient;
import java.util.Base64;
import java.util.List;

/** What a hostile client sends so that a server holds as much memory for it as possible. */
enum Flood {
    /** Events for many namespaces whose verdicts never come. */
    UNDECIDED {
        @Override
        void overWebSocket(RawClient client) {
            for (int i = 0; i < 99; i++) {
                client.send("40/undecided-" + i + ",");
            }
            for (int i = 0; i < 2_000; i++) {
                client.send("42/undecided-" + i % 99 + ",[\"x\",\"" + KILOBYTE + "\"]");
            }
        }

        @Override
        List<byte[]> bodies() {
            StringBuilder body = new StringBuilder();
            for (int i = 0; i < 99; i++) {
                body.append("40/undecided-").append(i).append(",\u001e");
            }
            for (int i = 0; i < 900; i++) {
                body.append("42/undecided-")
                        .append(i % 99)
                        .append(",[\"x\",\"")
                        .append(KILOBYTE)
                        .append("\"]\u001e");
            }
            return List.of(body.append("3").toString().getBytes(UTF_8));
        }
    },
    /** Attachments for a namespace that has refused the client. */
    REFUSED {
        @Override
        void overWebSocket(RawClient client) {
            client.send("40/refused,");
            client.next();
            client.write(RawClient.textFrame("4510-/refused,[\"x\",\"" + "\u0416".repeat(490_000) + "\"]"));
            nineAttachments(client);
        }

        @Override
        List<byte[]> bodies() {
            return List.of(
                    "40/refused,".getBytes(UTF_8), header("/refused,"), attachment(), attachment(), attachment());
        }
    },
    /** Nine of ten attachments. */
    JOINED {
        @Override
        void overWebSocket(RawClient client) {
            join(client);
            client.write(RawClient.frame(0x81, header("")));
            nineAttachments(client);
        }

        @Override
        List<byte[]> bodies() {
            return List.of("40".getBytes(UTF_8), header(""), attachment(), attachment(), attachment(), attachment());
        }
    },
    /** A full queue behind a handler that blocks, and attachments. */
    BLOCKED {
        @Override
        void overWebSocket(RawClient client) {
            join(client);
            client.send("42[\"block\"]");
            for (int i = 0; i < 1_000; i++) {
                client.send("42[\"x\",\"" + KILOBYTE + "\"]");
            }
            client.write(RawClient.frame(0x81, header("")));
            nineAttachments(client);
        }

        @Override
        List<byte[]> bodies() {
            return List.of(
                    "40".getBytes(UTF_8),
                    ("42[\"block\"]" + ("\u001e42[\"x\",\"" + KILOBYTE + "\"]").repeat(900)).getBytes(UTF_8),
                    header(""),
                    attachment(),
                    attachment());
        }
    },
    /** Events that are never answered. */
    LATER {
        @Override
        void overWebSocket(RawClient client) {
            join(client);
            byte[] hundred = RawClient.textFrame("421[\"later\"]");
            byte[] many = new byte[hundred.length * 100];
            for (int i = 0; i < 100; i++) {
                System.arraycopy(hundred, 0, many, i * hundred.length, hundred.length);
            }
            for (int i = 0; i < 60; i++) {
                client.write(many);
            }
        }

        @Override
        List<byte[]> bodies() {
            return List.of(
                    "40".getBytes(UTF_8), ("421[\"later\"]" + "\u001e421[\"later\"]".repeat(6_000)).getBytes(UTF_8));
        }
    },
    /** Messages that are small as text and large as objects. */
    DECODED {
        @Override
        void overWebSocket(RawClient client) {
            join(client);
            byte[] bomb = RawClient.textFrame("42[\"decode\"," + OBJECTS + "]");
            for (int i = 0; i < 4; i++) {
                client.write(bomb);
            }
        }

        @Override
        List<byte[]> bodies() {
            byte[] bomb = ("42[\"decode\"," + OBJECTS + "]").getBytes(UTF_8);
            return List.of("40".getBytes(UTF_8), bomb, bomb, bomb);
        }
    },
    /** The same as the auth payload of a client that is refused. */
    AUTH {
        @Override
        void overWebSocket(RawClient client) {
            client.send("40/refused,{\"token\":" + OBJECTS + "}");
        }

        @Override
        List<byte[]> bodies() {
            return List.of(("40/refused,{\"token\":" + OBJECTS + "}").getBytes(UTF_8));
        }
    },
    /** A message of which the end never comes, before any CONNECT. */
    HALF {
        @Override
        void overWebSocket(RawClient client) {
            client.write(RawClient.frame(0x81, 999_999, new byte[990_000]));
        }

        @Override
        List<byte[]> bodies() {
            return List.of();
        }
    },
    /** The same after it. */
    HALF_JOINED {
        @Override
        void overWebSocket(RawClient client) {
            join(client);
            client.write(RawClient.frame(0x81, 999_999, new byte[990_000]));
        }

        @Override
        List<byte[]> bodies() {
            return List.of("40".getBytes(UTF_8));
        }
    };

    private static final String KILOBYTE = "x".repeat(1_000);
    private static final String OBJECTS = "[{}" + ",{}".repeat(333_000 - 50) + "]";
    private static final int LARGE = 999_000;

    abstract void overWebSocket(RawClient client);

    /** The bodies of POSTs; the last is followed by half of another in {@link #HALF} and {@link #HALF_JOINED}. */
    abstract List<byte[]> bodies();

    private static void join(RawClient client) {
        client.send("40");
        client.next();
    }

    private static byte[] header(String namespace) {
        StringBuilder header = new StringBuilder("4510-" + namespace + "[\"x\"");
        for (int i = 0; i < 10; i++) {
            header.append(",{\"_placeholder\":true,\"num\":").append(i).append('}');
        }
        return header.append(']').toString().getBytes(UTF_8);
    }

    private static void nineAttachments(RawClient client) {
        byte[] attachment = RawClient.frame(0x82, new byte[LARGE]);
        for (int i = 0; i < 9; i++) {
            client.write(attachment);
        }
        client.write(RawClient.frame(0x02, new byte[LARGE * 9 / 10]));
    }

    private static byte[] attachment() {
        return ("b" + Base64.getEncoder().encodeToString(new byte[740_000])).getBytes(UTF_8);
    }

    /** Opens a polling session and sends the bodies, each in a POST of its own. */
    void overPolling(int port) {
        String session = RawClient.POLLING + "&sid=" + RawClient.handshake(port);
        RawClient client = RawClient.connect(port);
        for (byte[] body : bodies()) {
            client.write(RawClient.head("POST", session, "Content-Length: " + body.length))
                    .write(body);
            if (client.response().status() != 200) {
                return;
            }
        }
        if (this == HALF || this == HALF_JOINED) {
            client.write(RawClient.head("POST", session, "Content-Length: 999999"))
                    .write("4".repeat(990_000).getBytes(ISO_8859_1));
            client.response();
        }
    }
}
