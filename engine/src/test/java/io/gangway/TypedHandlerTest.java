package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.annotations.SerializedName;
import com.google.gson.reflect.TypeToken;
import io.gangway.clients.WireClient;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments on their way to the types that handlers ask for, and what clients are told that sent something else. */
class TypedHandlerTest {
    @AutoClose
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
                "number  | \"x\"           | number expects a number, got \\\"x\\\"",
                "number  | 1.5             | number expects a whole number from -2147483648 to 2147483647, got 1.5",
                "number  | 99999999999     | number expects a whole number from -2147483648 to 2147483647, got"
                        + " 99999999999",
                "number  | 1e400           | number expects a whole number from -2147483648 to 2147483647, got 1e400",
                "number  | {}              | number expects a number, got an object",
                "text    | {\"a\":1}       | text expects a string, got an object",
                "bytes   | \"AQID\"        | bytes expects binary data, got a string",
                "bytes   | [1,2]           | bytes expects binary data, got an array",
                "list    | {}              | list expects an array, got an object"
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

    record Item(
            String name,
            double price,
            int count,
            @Nullable Color color,
            @Nullable Instant at) {}

    record Basket(
            List<Item> items,
            Map<String, Item> byName,
            Map<Color, Integer> stars,
            Optional<Item> gift,
            OptionalInt limit,
            Optional<Optional<Color>> mood,
            Number any,
            int[][] grid,
            @SerializedName("we ird") Item odd,
            Positive positive,
            Map.Entry<String, Integer> pair,
            byte[] picture) {}

    record Secrets(String user, int password, Map<String, Integer> accessTokens, Pin login) {
        record Pin(int pinCode, int spinning) {}
    }

    record Page<T>(List<T> content) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'items':[{},{},{'price':'x'}]}         | items[2].price | expects a number, got 'x'",
                "{'items':[{},{'name':{'a':1}}]}         | items[1].name  | expects a string, got an object",
                "{'items':[{'count':1.5}]}               | items[0].count"
                        + " | expects a whole number from -2147483648 to 2147483647, got 1.5",
                "{'items':[{'count':true}]}              | items[0].count | expects a number, got true",
                "{'items':[{'price':null}]}              | items[0].price | expects a number, got null",
                "{'items':[{'color':'BLUE'}]}            | items[0].color | expects one of RED, hell-grün, got 'BLUE'",
                "{'items':[{'at':'soon'}]}               | items[0].at"
                        + " | expects a time such as '2026-01-02T03:04:05Z', got 'soon'",
                "{'items':[{},5]}                        | items[1]       | expects an Item, got a number",
                "{'items':{}}                            | items          | expects an array, got an object",
                "{'byName':{'a.b':{'count':[]}}}         | byName['a.b'].count | expects a number, got an array",
                "{'byName':{'a':{},'b':{'count':'q'}}}   | byName[b].count | expects a number, got 'q'",
                "{'byName':{'x\\u202e\\n':{'count':'q'}}} | byName['x\\u202e\\u000a'].count"
                        + " | expects a number, got 'q'",
                "{'stars':{'RED':5,'BLUE':1}}            | stars"
                        + " | expects each key to be one of RED, hell-grün, got 'BLUE'",
                "{'stars':{'RED':'many'}}                | stars[RED]     | expects a number, got 'many'",
                "{'gift':{'count':'q'}}                  | gift.count     | expects a number, got 'q'",
                "{'limit':1.5}                           | limit"
                        + " | expects a whole number from -2147483648 to 2147483647, got 1.5",
                "{'limit':'q'}                           | limit          | expects a number, got 'q'",
                "{'mood':'BLUE'}                         | mood           | expects one of RED, hell-grün, got 'BLUE'",
                "{'any':'q'}                             | any            | expects a number, got 'q'",
                "{'grid':[[1],[2,'q']]}                  | grid[1][1]     | expects a number, got 'q'",
                "{'grid':[[1],[2,null]]}                 | grid[1][1]     | expects a number, got null",
                "{'we ird':{'count':'q'}}                | ['we ird'].count | expects a number, got 'q'",
                "{'positive':{'number':-1}}              | positive"
                        + " | expects a Positive, got an object that does not fit",
                "{'pair':['a','q']}                      | pair[1]        | expects a number, got 'q'",
                "{'picture':'AQID'}                      | picture        | expects binary data, got a string",
                "{'items':[{'count':'line\\nbreak'}]}  | items[0].count | expects a number, got 'line\\u000abreak'",
                "{'items':[{'count':'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddE'}]}"
                        + " | items[0].count | expects a number, got a long string",
            })
    void aFieldThatDoesNotFitIsNamedWithWhatCame(String payload, String field, String complaint) {
        WireClient client =
                start(namespace -> namespace.on("message", Basket.class, (socket, basket) -> Ack.of("handled")));
        client.send("420[\"message\"," + payload.replace('\'', '"') + "]");
        assertMisfit(client.next(), "message", field, complaint);
        client.close();
    }

    private static void assertMisfit(String answer, String event, String field, String complaint) {
        JsonObject body = JsonParser.parseString(answer.substring(3))
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject();
        String told = complaint.replace('\'', '"');
        String where = field.replace('\'', '"');
        assertEquals(
                event + (where.startsWith("[") ? "" : ".") + where + " " + told,
                body.get("message").getAsString());
        JsonObject violation =
                body.getAsJsonObject("data").getAsJsonArray("violations").get(0).getAsJsonObject();
        assertEquals(where, violation.get("field").getAsString());
        assertEquals(told, violation.get("message").getAsString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'password':'hunter2'}         | password            | expects a number, got a string",
                "{'password':1.5}               | password"
                        + " | expects a whole number from -2147483648 to 2147483647, got a number",
                "{'accessTokens':{'abc':'def'}} | accessTokens[..]    | expects a number, got a string",
                "{'login':{'pinCode':'1234x'}}  | login.pinCode       | expects a number, got a string",
                "{'login':{'spinning':'fast'}}  | login.spinning      | expects a number, got 'fast'",
                "{'login':'hunter2'}            | login               | expects a Pin, got a string"
            })
    void whatMayBeASecretIsNotShown(String payload, String field, String complaint) {
        WireClient client =
                start(namespace -> namespace.on("signIn", Secrets.class, (socket, secrets) -> Ack.of("handled")));
        client.send("420[\"signIn\"," + payload.replace('\'', '"') + "]");
        assertMisfit(client.next(), "signIn", field, complaint);
        client.close();
    }

    @Test
    void anEventThatIsNamedLikeASecretShowsNothingOfIt() {
        WireClient client = start(
                namespace -> namespace.on("changePassword", Integer.class, (socket, secret) -> Ack.of("handled")));
        client.send("420[\"changePassword\",\"hunter2\"]")
                .expect("430[{\"status\":\"error\",\"message\":\"changePassword expects a number, got a string\"}]")
                .close();
    }

    @Test
    void noValueOfAClientGoesToTheLogOrAmongTheCauses() {
        BlockingQueue<InvalidPayloadException> failures = new LinkedBlockingQueue<>();
        WireClient client = start(namespace -> namespace
                .on("x", Basket.class, (socket, basket) -> Ack.of("handled"))
                .intercept(Around.events((event, chain) -> chain.proceed()
                        .whenSettled((values, failure) ->
                                failures.add((InvalidPayloadException) Objects.requireNonNull(failure))))));
        client.send("420[\"x\",{\"items\":[{\"count\":\"val-42\"}]}]");
        assertTrue(client.next().contains("val-42"));
        InvalidPayloadException shown = failures.remove();
        assertEquals("x.items[0].count expects a number, got a string", shown.logged());
        assertNull(shown.getCause(), "Gson's exceptions quote what came");
        client.send("420[\"x\",{\"positive\":{\"number\":-42}}]");
        assertTrue(client.next().contains("expects a Positive"));
        assertEquals(
                "negative", Objects.requireNonNull(failures.remove().getCause()).getMessage());
        client.close();
    }

    @Test
    void placesAreFoundInGenericTypesAndInFurtherArguments() {
        WireClient client = start(namespace -> namespace
                .on("page", new TypeToken<Page<Item>>() {}, (socket, page) -> Ack.of("handled"))
                .on("list", new TypeToken<List<Item>>() {}, (socket, list) -> Ack.of("handled"))
                .on("second", (socket, arguments) -> Ack.of(arguments.get(1, Item.class))));
        client.send("420[\"page\",{\"content\":[{},{\"count\":\"q\"}]}]");
        assertMisfit(client.next(), "page", "content[1].count", "expects a number, got 'q'");
        client.send("420[\"list\",[{},{\"count\":\"q\"}]]");
        assertMisfit(client.next(), "list", "[1].count", "expects a number, got 'q'");
        client.send("420[\"second\",1,{\"count\":\"q\"}]");
        assertTrue(client.next().contains("second's argument 2 at count expects a number, got \\\"q\\\""));
        client.close();
    }

    @Test
    void anApplicationsOwnGsonHasPathsToo() {
        Gson own = new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .create();
        engine = Engine.builder()
                .port(0)
                .gson(own)
                .namespace("/")
                .on("x", Secrets.class, (socket, secrets) -> Ack.of("handled"))
                .start();
        WireClient client = WireClient.join(engine.port());
        client.send("420[\"x\",{\"login\":{\"spinning\":\"q\"}}]");
        assertMisfit(client.next(), "x", "login.spinning", "expects a number, got 'q'");
        client.send("420[\"x\",{\"access_tokens\":{\"a\":1.5}}]");
        assertMisfit(client.next(), "x", "access_tokens[..]", "expects a whole number, got a number");
        client.close();
    }

    @Test
    void aTypeThatGsonCannotMakeIsTheApplicationsFault() {
        WireClient client = start(namespace ->
                namespace.on("x", (socket, arguments) -> Ack.of(arguments.get(0, CharSequence.class))));
        client.send("420[\"x\",{}]");
        assertTrue(client.next().startsWith("430[{\"status\":\"error\",\"message\":\"Internal server error\""));
        client.close();
    }

    record Profile(
            Optional<String> nick,
            List<Profile> friends,
            @SerializedName("years-old") OptionalInt age,
            @Nullable Map<String, Integer> more) {
        Profile {
            Objects.requireNonNull(nick, "nick");
            Objects.requireNonNull(age, "age");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                        | {'nick':null,'friends':null,'years-old':null,'more':null}",
                "{'nick':'a'}                              | {'nick':'a','friends':null,'years-old':null,'more':null}",
                "{'years-old':5,'else':{'a':[1]}}          | {'nick':null,'friends':null,'years-old':5,'more':null}",
                "{'nick':null,'more':{'a':1},'friends':[]} |"
                        + " {'nick':null,'friends':[],'years-old':null,'more':{'a':1}}",
                "{'friends':[{},{'nick':'b'}]}             | {'nick':null,'friends':["
                        + "{'nick':null,'friends':null,'years-old':null,'more':null},"
                        + "{'nick':'b','friends':null,'years-old':null,'more':null}],'years-old':null,'more':null}"
            })
    void anOptionalOfARecordIsEmptyWhereItIsMissing(String payload, String profile) {
        WireClient client = start(namespace -> namespace.on("x", Profile.class, (socket, whole) -> Ack.of(whole)));
        client.send("420[\"x\"," + payload.replace('\'', '"') + "]").expect("430[" + profile.replace('\'', '"') + "]");
        client.send("420[\"x\",{\"friends\":[{},{\"years-old\":\"q\"}]}]");
        assertMisfit(client.next(), "x", "friends[1].years-old", "expects a number, got 'q'");
        client.close();
    }

    @Test
    void anOptionalMayBeMissing() {
        WireClient client = start(namespace -> namespace.on(
                "x", new TypeToken<Optional<Integer>>() {}, (socket, number) -> Ack.of(number.orElse(-1))));
        client.send("420[\"x\",5]").expect("430[5]");
        client.send("420[\"x\",null]").expect("430[-1]");
        client.send("420[\"x\"]").expect("430[-1]");
        client.close();
    }

    @Test
    void binaryDataWhereSomethingElseIsExpectedIsTold() {
        WireClient client =
                start(namespace -> namespace.on("message", ChatMessage.class, (socket, payload) -> Ack.of("handled")));
        client.send("451-0[\"message\",{\"_placeholder\":true,\"num\":0}]").send(new byte[] {1});
        String answer = client.next();
        assertTrue(answer.contains("message expects a ChatMessage, got binary data"), answer);
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
                .expect("430[{\"status\":\"error\",\"message\":\"second's argument 2 expects a number, got"
                        + " nothing\"}]");
        client.send("420[\"second\",1,[]]")
                .expect("430[{\"status\":\"error\",\"message\":\"second's argument 2 expects a number, got an"
                        + " array\"}]");
        client.send("420[\"find\"]").expect("430[-1]");
        client.send("420[\"find\",null]").expect("430[-1]");
        client.send("420[\"find\",\"x\"]")
                .expect("430[{\"status\":\"error\",\"message\":\"find expects a number, got \\\"x\\\"\"}]");
        client.send("420[\"findAll\",7]")
                .expect("430[{\"status\":\"error\",\"message\":\"findAll expects an array, got a number\"}]");
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
