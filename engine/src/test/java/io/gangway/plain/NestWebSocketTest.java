package io.gangway.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.PlainFormat;
import io.gangway.clients.NodeProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The client of NestJS's sample for its WsAdapter, at a gateway that is the port of the sample's. What is expected is what
 * NestJS 11 sends, and before it the message {@code connect}.
 */
class NestWebSocketTest {
    @AutoClose
    private Engine engine;

    /** What NestJS's guide passes to its adapter as {@code messageParser}; answers have the standard form there, too. */
    private static final class MessageParser implements PlainFormat {
        @Override
        public JsonObject read(String message) {
            JsonArray pair = JsonParser.parseString(message).getAsJsonArray();
            JsonObject standard = new JsonObject();
            standard.add("event", pair.get(0));
            standard.add("data", pair.get(1));
            return standard;
        }

        @Override
        public String write(JsonObject message) {
            return message.toString();
        }
    }

    @BeforeEach
    void start() {
        engine = Engine.builder()
                .port(0)
                .plainWebSocket("/", "/")
                .plainWebSocket("/pairs", "/", options -> options.format(new MessageParser()))
                .namespace("/")
                .on("events", (socket, arguments) -> {
                    for (int item = 1; item <= 3; item++) {
                        socket.emit("events", item);
                    }
                    return Ack.empty();
                })
                .on("push", (socket, arguments) -> {
                    socket.emit("pop", arguments);
                    return Ack.empty();
                })
                .start();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                " | {\"event\":\"events\",\"data\":\"test\"} | {\"event\":\"events\",\"data\":1} {\"event\":\"events\",\"data\":2} {\"event\":\"events\",\"data\":3}",
                " | {\"event\":\"push\",\"data\":{\"test\":\"test\"}} | {\"event\":\"pop\",\"data\":{\"test\":\"test\"}}",
                "/pairs | [\"events\",\"test\"] | {\"event\":\"events\",\"data\":1} {\"event\":\"events\",\"data\":2} {\"event\":\"events\",\"data\":3}",
                "/pairs | [\"push\",{\"test\":\"test\"}] | {\"event\":\"pop\",\"data\":{\"test\":\"test\"}}",
            })
    void theSamplesClientHearsWhatItHearsOfNest(String path, String message, String answers) throws Exception {
        String url = "ws://localhost:" + engine.port() + Objects.requireNonNullElse(path, "");
        BlockingQueue<Map<String, Object>> heard = new LinkedBlockingQueue<>();
        try (NodeProcess client = NodeProcess.start("nest.js", heard::add, url, message)) {
            String first = next(heard);
            assertTrue(first.startsWith("{\"event\":\"connect\",\"data\":{\"id\":"), first);
            List<String> expected = Arrays.asList(answers.split(" "));
            List<String> received = new ArrayList<>();
            while (received.size() < expected.size()) {
                received.add(next(heard));
            }
            assertEquals(expected, received);
        }
    }

    private static String next(BlockingQueue<Map<String, Object>> heard) throws InterruptedException {
        Map<String, Object> line = heard.poll(20, TimeUnit.SECONDS);
        assertTrue(line != null && line.containsKey("message"), "heard " + line);
        return String.valueOf(line.get("message"));
    }
}
