package io.gangway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gangway.clients.RawClient;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/** What a hostile client sends so that a server holds as much memory for it as possible. */
enum Flood {
    /** Events for many namespaces whose verdicts never come. */
    UNDECIDED {
        @Override
        List<byte[]> messages(Route route) {
            List<byte[]> messages = new ArrayList<>();
            for (int i = 0; i < 99; i++) {
                messages.add(bytes("40/undecided-" + i + ","));
            }
            for (int i = 0; i < 2_000; i++) {
                messages.add(bytes("42/undecided-" + i % 99 + ",[\"x\",\"" + KILOBYTE + "\"]"));
            }
            return messages;
        }
    },
    /** Attachments for a namespace that has refused the client. */
    REFUSED {
        @Override
        List<byte[]> messages(Route route) {
            List<byte[]> messages = new ArrayList<>(List.of(bytes("40/refused,"), AWAIT));
            messages.add(route == Route.POLLING ? header("/refused,") : wideHeader());
            messages.addAll(attachments(9));
            return messages;
        }
    },
    /** Nine of ten attachments. */
    JOINED {
        @Override
        List<byte[]> messages(Route route) {
            List<byte[]> messages = joining(route);
            messages.add(header(""));
            messages.addAll(attachments(9));
            return messages;
        }
    },
    /** A full queue behind a handler that blocks, and attachments. */
    BLOCKED {
        @Override
        List<byte[]> messages(Route route) {
            List<byte[]> messages = joining(route);
            messages.add(route.event("block", ""));
            byte[] event = route.event("x", '"' + KILOBYTE + '"');
            messages.addAll(Collections.nCopies(1_000, event));
            if (route != Route.PLAIN) {
                messages.add(header(""));
                messages.addAll(attachments(9));
            }
            return messages;
        }
    },
    /** Events that are never answered. */
    LATER {
        @Override
        List<byte[]> messages(Route route) {
            List<byte[]> messages = joining(route);
            messages.addAll(Collections.nCopies(6_000, route.event("later", "")));
            return messages;
        }
    },
    /** Messages that are small as text and large as objects. */
    DECODED {
        @Override
        List<byte[]> messages(Route route) {
            List<byte[]> messages = joining(route);
            byte[] bomb = route == Route.MESSAGE_PACK ? packedObjects() : route.event("decode", OBJECTS);
            messages.addAll(Collections.nCopies(4, bomb));
            return messages;
        }
    },
    /** The same as the auth payload of a client that is refused. */
    AUTH {
        @Override
        List<byte[]> messages(Route route) {
            return List.of(bytes("40/refused,{\"token\":" + OBJECTS + "}"));
        }
    },
    /** A message of which the end never comes, before any CONNECT. */
    HALF {
        @Override
        List<byte[]> messages(Route route) {
            return List.of();
        }
    },
    /** The same after it. */
    HALF_JOINED {
        @Override
        List<byte[]> messages(Route route) {
            return joining(route);
        }
    };

    /** How the client is connected, and what it speaks. */
    enum Route {
        WEBSOCKET,
        POLLING,
        MESSAGE_PACK,
        PLAIN;

        private byte[] event(String name, String json) {
            if (this == PLAIN) {
                return bytes("{\"event\":\"" + name + "\",\"data\":" + (json.isEmpty() ? "0" : json) + ",\"id\":1}");
            }
            return bytes("421[\"" + name + "\"" + (json.isEmpty() ? "" : "," + json) + "]");
        }

        /** The first byte of a frame with a message. */
        private int opcode(byte[] message) {
            boolean binary = this == MESSAGE_PACK || message.length == LARGE && message[0] == 0;
            return binary ? 0x82 : 0x81;
        }
    }

    static final int LARGE = 999_000;

    /** The length of a body that is not sent completely: it is to have {@link #LARGE} bytes. */
    static final int HALF_A_BODY = LARGE * 99 / 100;

    private static final String KILOBYTE = "x".repeat(1_000);
    private static final String OBJECTS = "[{}" + ",{}".repeat(333_000 - 50) + "]";

    /** In place of a message: the client waits for an answer. */
    static final byte[] AWAIT = {};

    /**
     * What the client sends once it is connected, which is followed by the first 99 % of another message, unless the
     * route is polling; there, in {@link #HALF} and {@link #HALF_JOINED} only.
     */
    abstract List<byte[]> messages(Route route);

    /** Whether a client of this kind can send this. */
    boolean suits(Route route) {
        return switch (route) {
            case WEBSOCKET, POLLING -> true;
            case MESSAGE_PACK -> this == DECODED || this == HALF || this == HALF_JOINED;
            case PLAIN -> this == BLOCKED || this == LATER || this == DECODED || this == HALF_JOINED;
        };
    }

    /**
     * What the client writes once it is connected, which is the same for all: frames, or bodies of POSTs. At
     * {@link #AWAIT} it takes what comes first.
     */
    List<byte[]> writes(Route route) {
        return route == Route.POLLING ? bodies() : frames(route);
    }

    /** The messages as frames, many small ones in one write. */
    private List<byte[]> frames(Route route) {
        List<byte[]> frames = new ArrayList<>();
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        for (byte[] message : messages(route)) {
            byte[] frame = message == AWAIT ? AWAIT : RawClient.frame(route.opcode(message), message);
            if (message == AWAIT || small.size() + frame.length > 64 * 1024) {
                flush(small, frames);
            }
            if (message == AWAIT || frame.length > 64 * 1024) {
                frames.add(frame);
            } else {
                small.writeBytes(frame);
            }
        }
        flush(small, frames);
        boolean attachments = route == Route.WEBSOCKET && (this == REFUSED || this == JOINED || this == BLOCKED);
        int first = attachments || route == Route.MESSAGE_PACK ? 0x82 : 0x81;
        frames.add(RawClient.frame(first, LARGE, new byte[HALF_A_BODY]));
        return frames;
    }

    /** The messages as bodies of POSTs, each as large as a body may be. */
    private List<byte[]> bodies() {
        List<byte[]> bodies = new ArrayList<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] message : messages(Route.POLLING)) {
            byte[] packet = message;
            if (message.length == LARGE && message[0] == 0) {
                packet = bytes("b" + Base64.getEncoder().encodeToString(new byte[740_000]));
            }
            if (message == AWAIT || body.size() + packet.length >= 1_000_000) {
                post(body, bodies);
            }
            if (message != AWAIT) {
                if (body.size() > 0) {
                    body.write(0x1e);
                }
                body.writeBytes(packet);
            }
        }
        post(body, bodies);
        if (this == HALF || this == HALF_JOINED) {
            bodies.add(bytes("4".repeat(HALF_A_BODY)));
        }
        return bodies;
    }

    private static void post(ByteArrayOutputStream body, List<byte[]> bodies) {
        if (body.size() > 0) {
            flush(body, bodies);
            bodies.add(AWAIT);
        }
    }

    private static void flush(ByteArrayOutputStream gathered, List<byte[]> into) {
        if (gathered.size() > 0) {
            into.add(gathered.toByteArray());
            gathered.reset();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<byte[]> joining(Route route) {
        return switch (route) {
            case WEBSOCKET, POLLING -> new ArrayList<>(List.of(bytes("40"), AWAIT));
            case MESSAGE_PACK -> new ArrayList<>(List.of(packed(0, new byte[0]), AWAIT));
            case PLAIN -> new ArrayList<>(); // it has joined, and been told so
        };
    }

    private static byte[] header(String namespace) {
        StringBuilder header = new StringBuilder("4510-" + namespace + "[\"x\"");
        for (int i = 0; i < 10; i++) {
            header.append(",{\"_placeholder\":true,\"num\":").append(i).append('}');
        }
        return bytes(header.append(']').toString());
    }

    /** A header whose characters take two bytes each on the wire, and as many in a string. */
    private static byte[] wideHeader() {
        return bytes("4510-/refused,[\"x\",\"" + "\u0416".repeat(490_000) + "\"]");
    }

    private static List<byte[]> attachments(int count) {
        return Collections.nCopies(count, new byte[LARGE]);
    }

    /** A MessagePack packet of this type for {@code /}. */
    private static byte[] packed(int type, byte[] data) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0x80 | (data.length == 0 ? 2 : 3));
        packet.write(0xa4);
        packet.writeBytes(bytes("type"));
        packet.write(type);
        packet.write(0xa3);
        packet.writeBytes(bytes("nsp"));
        packet.write(0xa1);
        packet.write('/');
        if (data.length > 0) {
            packet.write(0xa4);
            packet.writeBytes(bytes("data"));
            packet.writeBytes(data);
        }
        return packet.toByteArray();
    }

    /** An event with a list of empty maps, of one byte each. */
    private static byte[] packedObjects() {
        int count = LARGE - 100;
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.write(0x92);
        data.write(0xa6);
        data.writeBytes(bytes("decode"));
        data.write(0xdd);
        for (int shift = 24; shift >= 0; shift -= 8) {
            data.write(count >> shift);
        }
        for (int i = 0; i < count; i++) {
            data.write(0x80);
        }
        return packed(2, data.toByteArray());
    }
}
