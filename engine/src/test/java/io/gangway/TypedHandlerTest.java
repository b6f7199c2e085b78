package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.annotations.SerializedName;
import com.google.gson.reflect.TypeToken;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments on their way to the types that handlers ask for, and what clients are told that sent something else. */
class TypedHandlerTest {
    private @Nullable Engine engine;

    record ChatMessage(String text, @Nullable String username) {}

    @SuppressWarnings("ArrayRecordComponent") // it is what applications write
    record Upload(String name, byte[] content, List<byte[]> parts, Map<String, byte[]> more) {}

    record Nested(ChatMessage message, List<ChatMessage> replies) {}

    enum Color {
        RED,
        @SerializedName("hell-grün")
        GREEN
    }

    static final class Bean {
        private int number = 7;
        private String text = "default";
    }

    @AfterEach
    void stop() {
        if (engine != null) {
            engine.close();
        }
    }

    private WireClient start(Gateway gateway) {
        engine = Engine.builder().port(0).namespace("/", gateway).start();
        return WireClient.join(engine.port());
    }

    // ---- binding

    @Test
    void aHandlerGetsTheFirstArgumentAsItsClass() {
        WireClient client = start(namespace -> namespace.on(
                "message",
                ChatMessage.class,
                (socket, message) -> Ack.of(message.text() + " by " + message.username())));
        client.send("420[\"message\",{\"text\":\"hi\",\"username\":\"ada\"}]").expect("430[\"hi by ada\"]");
        client.send("420[\"message\",{\"text\":\"hi\"}]").expect("430[\"hi by null\"]");
        client.send("420[\"message\",{\"text\":\"hi\",\"unknown\":[1]},\"further\",2]")
                .expect("430[\"hi by null\"]");
        client.close();
    }

    @Test
    void aTypeTokenNamesGenericTypes() {
        WireClient client = start(namespace -> namespace
                .on(
                        "list",
                        new TypeToken<List<ChatMessage>>() {},
                        (socket, messages) ->
                                Ack.of(messages.size(), messages.get(0).text()))
                .on(
                        "map",
                        new TypeToken<Map<String, List<Integer>>>() {},
                        (socket, map) -> Ack.of(map.get("a").get(1))));
        client.send("420[\"list\",[{\"text\":\"a\"},{\"text\":\"b\"}]]").expect("430[2,\"a\"]");
        client.send("420[\"map\",{\"a\":[1,2]}]").expect("430[2]").close();
    }

    @Test
    void simpleTypesAreArgumentsToo() {
        WireClient client = start(namespace -> namespace
                .on("int", Integer.class, (socket, value) -> Ack.of(value + 1))
                .on("long", long.class, (socket, value) -> Ack.of(value + 1))
                .on("double", Double.class, (socket, value) -> Ack.of(value / 2))
                .on("string", String.class, (socket, value) -> Ack.of(value.length()))
                .on("boolean", Boolean.class, (socket, value) -> Ack.of(!value))
                .on("enum", Color.class, (socket, value) -> Ack.of(value.name(), value))
                .on(
                        "array",
                        int[].class,
                        (socket, value) -> Ack.of(Arrays.stream(value).sum()))
                .on("instant", Instant.class, (socket, value) -> Ack.of(value.plusSeconds(1)))
                .on(
                        "object",
                        Object.class,
                        (socket, value) -> Ack.of(value.getClass().getSimpleName(), value))
                .on("bean", Bean.class, (socket, value) -> Ack.of(value.number, value.text)));
        client.send("420[\"int\",41]").expect("430[42]");
        client.send("420[\"int\",41.0]").expect("430[42]");
        client.send("420[\"long\",9007199254740993]").expect("430[9007199254740994]");
        client.send("420[\"double\",3]").expect("430[1.5]");
        client.send("420[\"string\",\"\u20ac\"]").expect("430[1]");
        client.send("420[\"boolean\",true]").expect("430[false]");
        client.send("420[\"enum\",\"hell-gr\u00fcn\"]").expect("430[\"GREEN\",\"hell-gr\u00fcn\"]");
        client.send("420[\"array\",[1,2,3]]").expect("430[6]");
        client.send("420[\"instant\",\"2026-01-01T00:00:00Z\"]").expect("430[\"2026-01-01T00:00:01Z\"]");
        client.send("420[\"object\",5]").expect("430[\"Long\",5]");
        client.send("420[\"object\",5.5]").expect("430[\"Double\",5.5]");
        client.send("420[\"bean\",{\"number\":1}]").expect("430[1,\"default\"]").close();
    }

    @Test
    void recordsMayNestAndNameTheirFields() {
        WireClient client = start(namespace -> namespace.on(
                "nested",
                Nested.class,
                (socket, nested) ->
                        Ack.of(nested.replies().get(0), nested.message().text())));
        client.send(
                "420[\"nested\",{\"message\":{\"text\":\"q\"},\"replies\":[{\"text\":\"a\",\"username\":\"bob\"}]}]");
        client.expect("430[{\"text\":\"a\",\"username\":\"bob\"},\"q\"]").close();
    }

    @Test
    void bytesStandAnywhereInWhatIsSent() {
        WireClient client = start(namespace -> namespace
                .on(
                        "upload",
                        Upload.class,
                        (socket, upload) -> Ack.of(
                                upload.name(),
                                hex(upload.content()),
                                hex(upload.parts().get(1)),
                                hex(upload.more().get("k"))))
                .on("bytes", byte[].class, (socket, bytes) -> Ack.of(hex(bytes)))
                .on("buffer", ByteBuffer.class, (socket, buffer) -> Ack.of(buffer.remaining()))
                .on("back", Upload.class, (socket, upload) -> Ack.of(upload)));
        String upload = "{\"name\":\"f\",\"content\":{\"_placeholder\":true,\"num\":0},\"parts\":["
                + "{\"_placeholder\":true,\"num\":1},{\"_placeholder\":true,\"num\":2}],"
                + "\"more\":{\"k\":{\"_placeholder\":true,\"num\":3}}}";
        byte[][] parts = {{1}, {2, 2}, {3, 3, 3}, {}};
        client.send("454-0[\"upload\"," + upload + "]");
        Arrays.stream(parts).forEach(client::send);
        client.expect("430[\"f\",\"01\",\"030303\",\"\"]");
        client.send("454-0[\"back\"," + upload + "]");
        Arrays.stream(parts).forEach(client::send);
        client.expect("464-0[" + upload + "]", "binary 01", "binary 0202", "binary 030303", "binary ");
        client.send("451-0[\"bytes\",{\"_placeholder\":true,\"num\":0}]")
                .send(new byte[] {-1})
                .expect("430[\"ff\"]");
        client.send("451-0[\"buffer\",{\"_placeholder\":true,\"num\":0}]")
                .send(new byte[9])
                .expect("430[9]")
                .close();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    // ---- what does not fit

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "message |                 | message expects a ChatMessage, got nothing",
                "message | null            | message expects a ChatMessage, got nothing",
                "message | null,{}         | message expects a ChatMessage, got nothing",
                "message | 7               | message expects a ChatMessage, got a number",
                "message | \"x\"           | message expects a ChatMessage, got a string",
                "message | true            | message expects a ChatMessage, got a boolean",
                "message | [1]             | message expects a ChatMessage, got an array",
                "message | {\"text\":[1]}  | message expects a ChatMessage, got an object that does not fit",
                "number  | \"x\"           | number expects an Integer, got a string",
                "number  | 1.5             | number expects an Integer, got a number",
                "number  | 99999999999     | number expects an Integer, got a number",
                "number  | 1e400           | number expects an Integer, got a number",
                "number  | {}              | number expects an Integer, got an object that does not fit",
                "text    | {\"a\":1}       | text expects a String, got an object that does not fit",
                "bytes   | \"AQID\"        | bytes expects a byte[], got a string",
                "bytes   | [1,2]           | bytes expects a byte[], got an array",
                "list    | {}              | list expects a java.util.List<java.lang.String>, got an object that does not fit",
                "list    | [{}]            | list expects a java.util.List<java.lang.String>, got an array"
            })
    void whatDoesNotFitIsToldInPlainWords(String event, @Nullable String arguments, String message) {
        WireClient client = start(namespace -> namespace
                .on("message", ChatMessage.class, (socket, payload) -> Ack.of("handled"))
                .on("number", Integer.class, (socket, payload) -> Ack.of("handled"))
                .on("text", String.class, (socket, payload) -> Ack.of("handled"))
                .on("bytes", byte[].class, (socket, payload) -> Ack.of("handled"))
                .on("list", new TypeToken<List<String>>() {}, (socket, payload) -> Ack.of("handled")));
        client.send("420[\"" + event + "\"" + (arguments == null ? "" : "," + arguments) + "]");
        client.expect("430[{\"status\":\"error\",\"message\":\"" + message + "\"}]");
        client.send("42[\"" + event + "\"" + (arguments == null ? "" : "," + arguments) + "]");
        client.expect("42[\"exception\",{\"status\":\"error\",\"message\":\"" + message + "\"}]")
                .close();
    }

    @Test
    void binaryDataWhereSomethingElseIsExpectedIsTold() {
        WireClient client =
                start(namespace -> namespace.on("message", ChatMessage.class, (socket, payload) -> Ack.of("handled")));
        client.send("451-0[\"message\",{\"_placeholder\":true,\"num\":0}]").send(new byte[] {1});
        String answer = client.next();
        // A placeholder is an object with fields that the record does not have.
        assertEquals("430[", answer.substring(0, 4));
        client.close();
    }

    // ---- Arguments

    @Test
    void argumentsAreDecodedOneByOneOnDemand() {
        WireClient client = start(namespace -> namespace.on(
                "x",
                (socket, arguments) -> Ack.of(
                        arguments.size(),
                        arguments.get(0, String.class),
                        arguments.get(1, ChatMessage.class).text(),
                        arguments.get(2, new TypeToken<List<Integer>>() {}).get(0),
                        arguments.find(3, String.class).isPresent(),
                        arguments.find(9, String.class).isPresent(),
                        arguments.find(0, String.class).orElseThrow(),
                        arguments
                                .find(2, new TypeToken<List<Integer>>() {})
                                .orElseThrow()
                                .get(0),
                        arguments.find(3, new TypeToken<List<Integer>>() {}).isPresent(),
                        arguments.find(9, new TypeToken<List<Integer>>() {}).isPresent())));
        client.send("420[\"x\",\"a\",{\"text\":\"b\"},[7],null]")
                .expect("430[4,\"a\",\"b\",7,false,false,\"a\",7,false,false]")
                .close();
    }

    @Test
    void whatIsMissingOrDoesNotFitNamesTheArgument() {
        WireClient client = start(namespace -> namespace
                .on("second", (socket, arguments) -> Ack.of(arguments.get(1, Integer.class)))
                .on(
                        "find",
                        (socket, arguments) ->
                                Ack.of(arguments.find(0, Integer.class).orElse(-1)))
                .on(
                        "findAll",
                        (socket, arguments) -> Ack.of(arguments
                                .find(0, new TypeToken<List<Integer>>() {})
                                .orElse(List.of())))
                .on("negative", (socket, arguments) -> {
                    assertThrows(IndexOutOfBoundsException.class, () -> arguments.get(-1, String.class));
                    return Ack.empty();
                }));
        client.send("420[\"second\",1]")
                .expect(
                        "430[{\"status\":\"error\",\"message\":\"second's argument 2 expects an Integer, got nothing\"}]");
        client.send("420[\"second\",1,[]]")
                .expect(
                        "430[{\"status\":\"error\",\"message\":\"second's argument 2 expects an Integer, got an array\"}]");
        client.send("420[\"find\"]").expect("430[-1]");
        client.send("420[\"find\",null]").expect("430[-1]");
        client.send("420[\"find\",\"x\"]")
                .expect("430[{\"status\":\"error\",\"message\":\"find expects an Integer, got a string\"}]");
        client.send("420[\"findAll\",7]")
                .expect("430[{\"status\":\"error\",\"message\":\"findAll expects a java.util.List<java.lang.Integer>,"
                        + " got a number\"}]");
        client.send("420[\"negative\"]").expect("430[]").close();
    }

    @Test
    void valuesArePlainJava() {
        WireClient client = start(namespace -> namespace.on(
                "x",
                (socket, arguments) -> Ack.of(arguments.values().stream()
                        .map(value -> value == null
                                ? "null"
                                : value instanceof Map
                                        ? "Map"
                                        : value instanceof List
                                                ? "List"
                                                : value.getClass().getSimpleName())
                        .toList())));
        client.send("451-0[\"x\",\"s\",1,1.0,1e2,true,null,{\"a\":1},[1],{\"_placeholder\":true,\"num\":0},1e400]");
        client.send(new byte[] {1});
        client.expect("430[[\"String\",\"Long\",\"Double\",\"Double\",\"Boolean\",\"null\",\"Map\",\"List\",\"byte[]\","
                + "\"Double\"]]");
        client.close();
    }

    @Test
    void anInfiniteNumberDoesNotThrowWhenItIsAskedFor() {
        WireClient client = start(namespace -> namespace.on(
                "x",
                (socket, arguments) -> Ack.of(
                        arguments.get(0, Double.class).isInfinite(),
                        arguments.get(0, double.class),
                        arguments.values().get(0))));
        client.send("420[\"x\",1e400]").expect("430[true,null,null]").close();
    }

    @Test
    void argumentsAreRelayedAsTheyCame() {
        WireClient client = start(namespace -> namespace.on("x", (socket, arguments) -> {
            socket.emit("relayed", "by", socket.rooms().size(), arguments, "end");
            return Ack.of(arguments, arguments);
        }));
        client.send("451-0[\"x\",1.50,{\"a\":{\"_placeholder\":true,\"num\":0}}]")
                .send(new byte[] {1});
        client.expect(
                "451-[\"relayed\",\"by\",1,1.50,{\"a\":{\"_placeholder\":true,\"num\":0}},\"end\"]",
                "binary 01",
                "462-0[1.50,{\"a\":{\"_placeholder\":true,\"num\":0}},1.50,{\"a\":{\"_placeholder\":true,\"num\":1}}]",
                "binary 01",
                "binary 01");
        client.close();
    }

    // ---- Gson

    @Test
    void whatIsSentKeepsNullsAndEscapesNoHtml() {
        WireClient client = start(namespace -> namespace.on(
                "x",
                (socket, arguments) -> Ack.of(
                        new ChatMessage("<b>&'", null),
                        Double.NaN,
                        Float.POSITIVE_INFINITY,
                        1.0f,
                        Long.MAX_VALUE,
                        'c')));
        client.send("420[\"x\"]")
                .expect("430[{\"text\":\"<b>&'\",\"username\":null},null,null,1.0,9223372036854775807,\"c\"]")
                .close();
    }

    @Test
    void anApplicationsOwnGsonBindsAndBytesStayBinary() {
        Gson gson = new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.UPPER_CAMEL_CASE)
                .create();
        engine = Engine.builder()
                .port(0)
                .gson(gson)
                .namespace("/")
                .on(
                        "x",
                        Upload.class,
                        (socket, upload) -> Ack.of(
                                new Upload(upload.name() + "!", new byte[] {5}, List.of(), Map.of()),
                                new ChatMessage("t", null)))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("451-0[\"x\",{\"Name\":\"f\",\"Content\":{\"_placeholder\":true,\"num\":0}}]")
                .send(new byte[] {1});
        client.expect(
                "461-0[{\"Name\":\"f!\",\"Content\":{\"_placeholder\":true,\"num\":0},\"Parts\":[],\"More\":{}},{\"Text\":\"t\"}]",
                "binary 05");
        client.close();
    }

    record Positive(int number) {
        Positive {
            if (number < 0) {
                throw new IllegalArgumentException("negative");
            } else if (number == 0) {
                throw new EngineException("Zero is no number to speak of");
            }
        }
    }

    @Test
    void aRecordsConstructorMayRefuseWhatItIsGiven() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on("n", Positive.class, (socket, positive) -> Ack.of(positive.number()))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("421[\"n\",{\"number\":7}]").expect("431[7]");
        client.send("422[\"n\",{\"number\":-1}]")
                .expect("432[{\"status\":\"error\",\"message\":"
                        + "\"n expects a Positive, got an object that does not fit\"}]");
        client.send("423[\"n\",{\"number\":0}]")
                .expect("433[{\"status\":\"error\",\"message\":\"Zero is no number to speak of\"}]");
        client.close();
    }
}
