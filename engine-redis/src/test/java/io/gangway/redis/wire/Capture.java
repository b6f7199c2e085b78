package io.gangway.redis.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command that a Node.js server, or an emitter, sent to Redis.
 *
 * @param file in which it was recorded
 * @param step what the server was doing
 * @param cmd PUBLISH, SPUBLISH or XADD
 * @param channel or the stream
 * @param body of the message; empty for an entry of a stream
 * @param entry the fields of an entry of a stream
 * @param decoded what is in the body, or in the data of the entry, see {@link #typed}
 */
public record Capture(
        String file, String step, String cmd, String channel, byte[] body, Map<String, byte[]> entry, Object decoded) {

    public static final List<String> CLASSIC = List.of("classic", "classic-specific");
    public static final List<String> SHARDED = List.of("sharded-static", "sharded-dynamic", "sharded-dynamic-private");
    public static final List<String> STREAMS = List.of("streams", "streams-csr");

    /** The messages of a file, in their order. */
    public static List<Capture> messagesIn(String file) {
        List<Capture> messages = new ArrayList<>();
        for (JsonObject line : lines(file)) {
            String cmd = line.has("cmd") ? line.get("cmd").getAsString() : "";
            if (cmd.equals("PUBLISH") || cmd.equals("SPUBLISH")) {
                messages.add(new Capture(
                        file,
                        line.get("step").getAsString(),
                        cmd,
                        line.get("channel").getAsString(),
                        HexFormat.of().parseHex(line.get("body_hex").getAsString()),
                        Map.of(),
                        typed(line.get("decoded"))));
            } else if (cmd.equals("XADD")) {
                messages.add(entry(file, line));
            }
        }
        return messages;
    }

    private static Capture entry(String file, JsonObject line) {
        JsonArray arguments = line.getAsJsonArray("args_hex");
        Map<String, byte[]> fields = new LinkedHashMap<>();
        for (int i = 5; i < arguments.size(); i += 2) {
            String name = new String(HexFormat.of().parseHex(arguments.get(i).getAsString()), StandardCharsets.UTF_8);
            fields.put(name, HexFormat.of().parseHex(arguments.get(i + 1).getAsString()));
        }
        JsonElement data = line.get("data_decoded");
        if (data.isJsonObject() && data.getAsJsonObject().has("$base64msgpack")) {
            data = data.getAsJsonObject().get("$base64msgpack");
        }
        return new Capture(
                file,
                line.get("step").getAsString(),
                "XADD",
                line.getAsJsonArray("args").get(0).getAsString(),
                new byte[0],
                fields,
                typed(data));
    }

    public static List<JsonObject> lines(String file) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Capture.class.getResourceAsStream("/vectors/" + file + ".jsonl"), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * The recorder's JSON, in which {@code $bin}, {@code $date}, {@code $number} and {@code $undefined} stand for
     * values that JSON lacks.
     */
    public static Object typed(JsonElement element) {
        if (element.isJsonNull()) {
            return null;
        }
        if (element instanceof JsonArray array) {
            List<Object> list = new ArrayList<>();
            array.forEach(each -> list.add(typed(each)));
            return list;
        }
        if (element instanceof JsonPrimitive primitive) {
            if (primitive.isBoolean()) {
                return primitive.getAsBoolean();
            }
            if (primitive.isString()) {
                return primitive.getAsString();
            }
            double number = primitive.getAsDouble();
            return number == Math.rint(number) && Math.abs(number) < 9.2e18
                    ? (Object) primitive.getAsBigDecimal().longValueExact()
                    : number;
        }
        JsonObject object = element.getAsJsonObject();
        if (object.has("$bin")) {
            return HexFormat.of().parseHex(object.get("$bin").getAsString());
        }
        if (object.has("$date")) {
            return Instant.parse(object.get("$date").getAsString());
        }
        if (object.has("$number")) {
            return Double.valueOf(object.get("$number").getAsString());
        }
        if (object.has("$undefined")) {
            return null;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        object.entrySet().forEach(entry -> map.put(entry.getKey(), typed(entry.getValue())));
        return map;
    }

    @Override
    public String toString() {
        return file + ": " + step + " (" + cmd + " " + channel + ")";
    }
}
