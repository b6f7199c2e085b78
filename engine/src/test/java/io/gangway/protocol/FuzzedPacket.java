package io.gangway.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** One packet by the grammar, or one that something has happened to, or chance alone. */
record FuzzedPacket(Random random) {
    private static final List<String> NAMESPACES =
            List.of("", "", "", "/,", "/chat,", "/chat", "/a/b?c=d,", "/grün,", ",");
    private static final List<String> STRINGS = List.of(
            "message",
            "connect",
            "_placeholder",
            "num",
            "__proto__",
            "",
            "a",
            "grün",
            "\\u005fplaceholder",
            "\\ud800",
            "\\\"",
            "\\\\",
            "\\n",
            "\u2028",
            "\uD83D\uDE00",
            "\uDE00",
            "],[",
            "{\\\"");
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "2",
            "-0",
            "-1",
            "0.5",
            "1e400",
            "-1e400",
            "1E+2",
            "0.10",
            "4294967296",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999",
            "01",
            "1.",
            ".5");
    private static final String SPLINTERS =
            "0123456789-[]{},:\"\\/ \t\n\0eE.+truefalsn_'#;=NaI\u2028\uD83D\uDE00\uFEFF\u0661";

    String text() {
        int kind = random.nextInt(10);
        if (kind == 0) {
            return splinters(random.nextInt(40));
        } else if (kind == 1) {
            return random.nextInt(8) + splinters(random.nextInt(40));
        }
        String packet = packet();
        for (int i = kind < 6 ? 0 : random.nextInt(4); i > 0; i--) {
            packet = mutated(packet);
        }
        return packet;
    }

    List<ByteBuffer> attachments() {
        return Stream.generate(() -> {
                    byte[] bytes = new byte[random.nextInt(2_000)];
                    random.nextBytes(bytes);
                    return ByteBuffer.wrap(bytes);
                })
                .limit(10)
                .toList();
    }

    private String packet() {
        return switch (random.nextInt(12)) {
            case 0 -> "0" + namespace() + (random.nextBoolean() ? "" : object(3));
            case 1 -> "1" + namespace();
            case 2, 3 -> "3" + namespace() + ackId() + array(null);
            case 4, 5, 6 -> "5" + (1 + random.nextInt(3)) + "-" + namespace() + ackId() + array(name());
            case 7 -> "6" + (1 + random.nextInt(11)) + "-" + namespace() + ackId() + array(null);
            default -> "2" + namespace() + ackId() + array(name());
        };
    }

    private String namespace() {
        return oneOf(NAMESPACES);
    }

    private String ackId() {
        return random.nextBoolean() ? "" : String.valueOf(random.nextLong() >>> (1 + random.nextInt(63)));
    }

    String name() {
        return random.nextInt(8) == 0 ? oneOf(NUMBERS) : "\"" + oneOf(STRINGS) + "\"";
    }

    private String array(String first) {
        List<String> items = new ArrayList<>();
        if (first != null) {
            items.add(first);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            items.add(value(4));
        }
        return "[" + space() + String.join("," + space(), items) + space() + "]";
    }

    String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 14 : 7)) {
            case 0, 1 -> "\"" + oneOf(STRINGS) + "\"";
            case 2, 3 -> oneOf(NUMBERS);
            case 4 -> "true";
            case 5 -> "false";
            case 6 -> "null";
            case 7 -> "[" + value(depth - 1) + space() + "," + value(depth - 1) + "]";
            case 8 -> nested(random.nextInt(300));
            case 9, 10 -> object(depth - 1);
            case 11 ->
                Stream.generate(() -> "1").limit(random.nextInt(500)).toList().toString();
            default -> placeholder();
        };
    }

    private String placeholder() {
        String number = random.nextInt(6) == 0 ? value(0) : String.valueOf(random.nextInt(2));
        String flag = random.nextInt(6) == 0 ? value(0) : "true";
        return "{\"_placeholder\":" + flag + ",\"num\":" + number + "}";
    }

    private String object(int depth) {
        List<String> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            entries.add("\"" + oneOf(STRINGS) + "\"" + space() + ":" + value(depth));
        }
        return "{" + space() + String.join(",", entries) + "}";
    }

    private String nested(int depth) {
        return random.nextBoolean()
                ? "[".repeat(depth) + "]".repeat(depth)
                : "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }

    String space() {
        return random.nextInt(6) == 0 ? " " : "";
    }

    String mutated(String packet) {
        int at = random.nextInt(packet.length() + 1);
        int end = at + random.nextInt(Math.min(8, packet.length() - at) + 1);
        return switch (random.nextInt(6)) {
            case 0 -> packet.substring(0, at) + packet.substring(end);
            case 1 -> packet.substring(0, at) + splinters(1 + random.nextInt(3)) + packet.substring(end);
            case 2 -> packet.substring(0, at) + splinters(1) + packet.substring(at);
            case 3 -> packet.substring(0, end) + packet.substring(at); // once more
            case 4 -> packet.substring(0, at);
            default -> packet.substring(0, at) + packet() + packet.substring(at);
        };
    }

    String splinters(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(SPLINTERS.charAt(random.nextInt(SPLINTERS.length())));
        }
        return text.toString();
    }

    String oneOf(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
