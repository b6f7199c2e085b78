package io.gangway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.LongSerializationPolicy;
import com.google.gson.reflect.TypeToken;
import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import io.gangway.protocol.Wire.Header;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketIoCodecTest extends PacketCodecContract {
    /** So generous that only work that grows with the square of the input misses it, whatever else the machine does. */
    private static final Duration LINEAR = Duration.ofSeconds(20);

    @Override
    Wire codec(Gson gson) {
        return new Wire(gson, ParserLimits.DEFAULT);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static List<ByteBuffer> attachments(int count) {
        return Stream.generate(() -> bytes("data")).limit(count).toList();
    }

    /** What the text's arguments are, its attachments being "data" each. */
    private Elements event(String text) throws MalformedPacketException {
        Header header = codec.header(text);
        assertEquals(ReceivedPacket.Type.EVENT, header.type());
        return codec.event(text, header, attachments(header.attachments()));
    }

    private String encode(Object packet) {
        return codec.encode(packet).text();
    }

    private void assertMalformed(String text) {
        assertThrows(MalformedPacketException.class, () -> read(text), text);
    }

    private void read(String text) throws MalformedPacketException {
        Header header = codec.header(text);
        List<ByteBuffer> attachments = attachments(header.attachments());
        switch (header.type()) {
            case CONNECT -> codec.auth(text, header);
            case EVENT -> codec.event(text, header, attachments);
            case ACK -> codec.ack(text, header, attachments);
            case DISCONNECT, CONNECT_ERROR -> {}
        }
    }

    @Nested
    class Headers {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    // text               | type          | attachments | namespace | ack | JSON
                    "0                    | CONNECT       | 0  | /         | -1  | ``",
                    "0{\"token\":\"x\"}   | CONNECT       | 0  | /         | -1  | {\"token\":\"x\"}",
                    "0/chat,              | CONNECT       | 0  | /chat     | -1  | ``",
                    "0/chat               | CONNECT       | 0  | /chat     | -1  | ``",
                    "0/chat,{}            | CONNECT       | 0  | /chat     | -1  | {}",
                    "0/chat?token=1,{}    | CONNECT       | 0  | /chat?token=1 | -1 | {}",
                    "0/,{}                | CONNECT       | 0  | /         | -1  | {}",
                    "1                    | DISCONNECT    | 0  | /         | -1  | ``",
                    "1/chat,              | DISCONNECT    | 0  | /chat     | -1  | ``",
                    "1[\"x\"]             | DISCONNECT    | 0  | /         | -1  | [\"x\"]",
                    "2[\"x\"]             | EVENT         | 0  | /         | -1  | [\"x\"]",
                    "21[\"x\"]            | EVENT         | 0  | /         | 1   | [\"x\"]",
                    "20[\"x\"]            | EVENT         | 0  | /         | 0   | [\"x\"]",
                    "2007[\"x\"]          | EVENT         | 0  | /         | 7   | [\"x\"]",
                    "2/chat,12[\"x\"]     | EVENT         | 0  | /chat     | 12  | [\"x\"]",
                    "2/chat[\"x\"]        | EVENT         | 0  | /chat[\"x\"] | -1 | ``",
                    "2/grün,[\"x\"]       | EVENT         | 0  | /grün     | -1  | [\"x\"]",
                    "3/chat,12[]          | ACK           | 0  | /chat     | 12  | []",
                    "4{\"message\":\"x\"} | CONNECT_ERROR | 0  | /         | -1  | {\"message\":\"x\"}",
                    "51-[\"x\"]           | EVENT         | 1  | /         | -1  | [\"x\"]",
                    "510-/chat,3[\"x\"]   | EVENT         | 10 | /chat     | 3   | [\"x\"]",
                    "501-[\"x\"]          | EVENT         | 1  | /         | -1  | [\"x\"]",
                    "62-/chat,4[]         | ACK           | 2  | /chat     | 4   | []",
                })
        void areReadFromTheText(
                String text, ReceivedPacket.Type type, int attachments, String namespace, long ackId, String json)
                throws Exception {
            Header header = codec.header(text);
            assertEquals(new Header(type, attachments, namespace, ackId, text.length() - json.length()), header);
        }

        @Test
        void anEventWithoutBodyIsAHeaderAlone() throws Exception {
            Header header = codec.header("2");
            assertEquals("2".length(), header.body());
            assertEquals(ReceivedPacket.Type.EVENT, header.type());
            assertMalformed("2"); // so the hall has to look at the header first
        }

        @Test
        void anAckWithoutBodyHasNoValues() throws Exception {
            Header header = codec.header("31");
            assertEquals(List.of(), codec.ack("31", header, List.of()).values());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "7", "8[]", "9[\"x\"]", "a123", "{", "-1[]", " 2[\"x\"]", "\u0662[\"x\"]", "/chat,"})
        void ofAnUnknownTypeAreMalformed(String text) {
            assertMalformed(text);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "5",
                    "51",
                    "5-",
                    "5a-",
                    "51.23-",
                    "5-1-[\"x\"]",
                    "5 1-[\"x\"]",
                    "51e1-[\"x\"]",
                    "50-[\"x\"]",
                    "500-[\"x\"]",
                    "511-[\"x\"]",
                    "5999999-[\"x\"]",
                    "599999999999999999999-[\"x\"]",
                    "5\u0661-[\"x\"]",
                    "51[\"x\"]",
                    "51 -[\"x\"]",
                    "6",
                    "60-[]",
                    "611-[]",
                    "6-[]"
                })
        void withoutASoundNumberOfAttachmentsAreMalformed(String text) {
            assertThrows(MalformedPacketException.class, () -> codec.header(text));
        }

        @Test
        void takeOnlyAsManyAttachmentsAsTheLimitSays() throws Exception {
            Wire two = new Wire(Json.standard(), new ParserLimits(2, 255, 1024, 1024));
            assertEquals(2, two.header("52-[\"x\"]").attachments());
            assertThrows(MalformedPacketException.class, () -> two.header("53-[\"x\"]"));
        }

        @Test
        void takeAckIdsThatJavaScriptCanTellApart() throws Exception {
            assertEquals(
                    (1L << 53) - 1, codec.header("29007199254740991[\"x\"]").ackId());
            assertMalformed("29007199254740992[\"x\"]");
            assertMalformed("2999999999999999999999[\"x\"]");
            assertMalformed("2" + "9".repeat(1000) + "[\"x\"]");
            assertMalformed("2" + "0".repeat(1000) + "[\"x\"]");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "2-1[\"x\"]",
                    "21.5[\"x\"]",
                    "21e1[\"x\"]",
                    "2 [\"x\"]",
                    "21 [\"x\"]",
                    "2\u0661[\"x\"]",
                    "2+1[\"x\"]"
                })
        void withAnAckIdOfAnythingButDigitsAreMalformed(String text) {
            assertMalformed(text);
        }

        @Test
        void takeNamespacesUpToTheLimit() throws Exception {
            String longest = "/" + "n".repeat(ParserLimits.DEFAULT.namespaceLength() - 1);
            assertEquals(longest, codec.header("0" + longest + ",").namespace());
            assertMalformed("0" + longest + "n,");
            assertMalformed("0" + longest + "n");
        }

        @Test
        void costNoMoreThanTheTextIsLong() {
            String million = "9".repeat(1_000_000);
            assertTimeout(LINEAR, () -> {
                assertMalformed("2" + million);
                assertMalformed("5" + million + "-[]");
                assertMalformed("2/" + million);
                assertMalformed("2/" + ",".repeat(1_000_000));
                assertMalformed("2[" + million + "]");
                assertMalformed("2[\"x\"," + million);
                assertMalformed("2[\"" + million);
            });
        }
    }

    @Nested
    class Payloads {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "2{}",
                    "2[]",
                    "2\"x\"",
                    "2null",
                    "2true",
                    "2[null]",
                    "2[true]",
                    "2[{}]",
                    "2[[\"a\"]]",
                    "2[{\"toString\":\"x\"}]",
                    "2[\"x\"",
                    "2[\"x\",",
                    "2[\"x\",]",
                    "2[\"x\",,1]",
                    "2[\"x\"]]",
                    "2[\"x\"]1",
                    "2[\"x\"][\"y\"]",
                    "2[\"x\" 1]",
                    "2[\"x\",1",
                    "2[\"x\":1]",
                    "2[\"x\",{]}]",
                    "2[\"x\",{\"a\"}]",
                    "2[\"x\",{\"a\":}]",
                    "2[\"x\",{1:2}]",
                    "2\uFEFF[\"x\"]",
                    "2[\"x\"]\uFEFF",
                    "2[\"x\",\uFEFF1]",
                    "2)]}'\n[\"x\"]"
                })
        void ofAnEventHaveToBeAnArrayThatBeginsWithAName(String text) {
            assertMalformed(text);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "2['x']",
                    "2[x]",
                    "2[\"x\",NaN]",
                    "2[\"x\",Infinity]",
                    "2[\"x\",-Infinity]",
                    "2[\"x\",/**/1]",
                    "2[\"x\",1]//",
                    "2[\"x\",1]#",
                    "2[\"x\";1]",
                    "2[\"x\",{a:1}]",
                    "2[\"x\",{\"a\"=1}]",
                    "2[\"x\",{\"a\"=>1}]",
                    "2[\"x\",01]",
                    "2[\"x\",-01]",
                    "2[\"x\",+1]",
                    "2[\"x\",.5]",
                    "2[\"x\",1.]",
                    "2[\"x\",1e]",
                    "2[\"x\",-]",
                    "2[\"x\",0x10]",
                    "2[\"x\",undefined]",
                    "2[\"x\",\"\\x41\"]",
                    "2[\"x\",\"\\u12g4\"]",
                    "2[\"x\",\"\\u12\"]",
                    "2[\"x\",tRue]",
                    "2[\"x\",True]",
                    "2[\"x\",FALSE]",
                    "2[\"x\",fALSE]",
                    "2[\"x\",NULL]",
                    "2[\"x\",nULL]",
                    "2[\"x\",\"\\'\"]",
                    "2[\"x\",\"\\\n\"]",
                    "2[\"x\",\"\n\"]",
                    "2[\"x\",\"\t\"]",
                    "2[\"x\",\"\0\"]",
                    "2[\"x\",{\"\u001f\":1}]",
                    "2[\"x\",\u00a01]",
                    "2[\"x\",\u000b1]"
                })
        void thatJsonParseWouldNotReadAreMalformed(String text) {
            assertMalformed(text);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
        void mayNotUseAReservedName(String name) {
            assertMalformed("2[\"" + name + "\"]");
            assertMalformed("2[\"\\u00" + Integer.toHexString(name.charAt(0)) + name.substring(1) + "\"]");
            assertTrue(EventNames.isReserved(name));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"error", "__proto__", "constructor", "toString", "hasOwnProperty", "", "Connect", "connect "
                })
        void mayUseAnyOtherName(String name) throws Exception {
            assertEquals(List.of(name), event("2[\"" + name + "\"]").values());
        }

        @Test
        void mayUseANumberAsName() throws Exception {
            assertEquals(List.of(1L, "x"), event("2[1,\"x\"]").values());
            assertEquals(List.of(0.5), event("2[0.5]").values());
        }

        @Test
        void takeNamesUpToTheLimit() throws Exception {
            String longest = "n".repeat(ParserLimits.DEFAULT.eventNameLength());
            assertEquals(List.of(longest), event("2[\"" + longest + "\"]").values());
            assertMalformed("2[\"" + longest + "n\"]");
        }

        @Test
        void mayHoldSpaceWhereJsonAllowsIt() throws Exception {
            Elements elements = event("2[ \"x\" ,\t1 , {\"a\" : [ ] }\r\n] ");
            assertEquals(List.of("x", 1L, Map.of("a", List.of())), elements.values());
            assertEquals("1", elements.json(1));
            assertEquals("{\"a\" : [ ] }", elements.json(2));
        }

        @Test
        void mayHoldHalfAnEmoji() throws Exception {
            assertEquals(List.of("x", "\ud800"), event("2[\"x\",\"\\ud800\"]").values());
            assertEquals(List.of("x", "\ud800"), event("2[\"x\",\"\ud800\"]").values());
            assertEquals(
                    "2[\"y\",\"\\ud800\"]",
                    encode(event("y", event("2[\"x\",\"\\ud800\"]").rest())));
        }

        @Test
        void mayNameAKeyTwice() throws Exception {
            assertEquals(
                    List.of("x", Map.of("a", 2L)),
                    event("2[\"x\",{\"a\":1,\"a\":2}]").values());
        }

        @ParameterizedTest
        @CsvSource({"1e400, Infinity", "-1e400, -Infinity", "1e-400, 0", "-0, -0", "0.5, 0.5", "1e2, 100", "1E+2, 100"})
        void mayHoldNumbersBeyondReason(String literal, double value) throws Exception {
            Elements elements = event("2[\"x\"," + literal + "]");
            assertEquals(List.of("x", value), elements.values());
            assertEquals("2[\"y\"," + literal + "]", encode(event("y", elements.rest())));
        }

        @Test
        void mayHoldNumbersOfThreeHundredDigits() throws Exception {
            String digits = "9".repeat(300);
            assertEquals(
                    List.of("x", Double.valueOf(digits)),
                    event("2[\"x\"," + digits + "]").values());
            assertEquals(
                    new BigInteger(digits), event("2[\"x\"," + digits + "]").get(1, TypeToken.get(BigInteger.class)));
        }

        @ParameterizedTest
        @CsvSource({
            "9223372036854775807, 9223372036854775807",
            "-9223372036854775808, -9223372036854775808",
            "0, 0",
            "4294967296, 4294967296"
        })
        void haveLongsForIntegers(String literal, long value) throws Exception {
            assertEquals(List.of("x", value), event("2[\"x\"," + literal + "]").values());
        }

        @Test
        void haveDoublesForIntegersBeyond64Bits() throws Exception {
            assertEquals(
                    List.of("x", 0x1p63), event("2[\"x\",9223372036854775808]").values());
        }

        @Test
        void mayNestToTheLimitAndNoDeeper() throws Exception {
            // The payload's own array is the first level.
            String deepest = "2[\"x\"," + "[".repeat(254) + "]".repeat(254) + "]";
            Elements elements = event(deepest);
            assertInstanceOf(List.class, elements.values().get(1));
            assertEquals(deepest, encode(event("x", elements.rest())));
            assertMalformed("2[\"x\"," + "[".repeat(255) + "]".repeat(255) + "]");
            for (int depth : new int[] {300, 5_000, 100_000}) {
                assertMalformed("2[\"x\"," + "[".repeat(depth) + "]".repeat(depth) + "]");
                assertMalformed("2[\"x\"," + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "]");
                assertMalformed("2[\"x\"," + "[".repeat(depth));
                assertMalformed("51-[\"x\"," + "[".repeat(depth));
                assertMalformed("0{\"a\":" + "[".repeat(depth));
                assertMalformed("3" + "[".repeat(depth));
            }
        }

        @Test
        void atTheLimitOfDepthAreDecodedOnASmallStack() throws Exception {
            Elements elements = event("2[\"x\"," + "[".repeat(254) + "]".repeat(254) + "]");
            AtomicReference<Object> decoded = new AtomicReference<>();
            Thread small = new Thread(null, () -> decoded.set(elements.values()), "small stack", 256 * 1024);
            small.start();
            small.join();
            assertEquals(elements.values(), decoded.get());
        }

        @ParameterizedTest
        @ValueSource(strings = {"3{}", "3\"x\"", "3null", "31{\"a\":1}", "31[", "31[1]]", "31[NaN]", "31 []", "61-{}"})
        void ofAnAckHaveToBeAnArray(String text) {
            assertMalformed(text);
        }

        @Test
        void ofAnAckAreItsValues() throws Exception {
            Header header = codec.header("3/chat,12[1,\"connect\",{\"a\":null}]");
            Elements values = codec.ack("3/chat,12[1,\"connect\",{\"a\":null}]", header, List.of());
            Map<String, Object> object = new HashMap<>();
            object.put("a", null);
            assertEquals(List.of(1L, "connect", object), values.values());
        }

        @Test
        void costNoMoreThanTheTextIsLong() {
            assertTimeout(LINEAR, () -> {
                String ones = "1,".repeat(500_000);
                assertEquals(500_001, event("2[\"x\"," + ones + "1]").values().size() - 1);
                assertEquals(2, event("2[\"x\",[" + ones + "1]]").values().size());
                assertEquals(
                        2,
                        event("2[\"x\",\"" + "\\\"".repeat(500_000) + "\"]")
                                .values()
                                .size());
                assertMalformed("2[\"x\"," + ones);
            });
        }
    }

    @Nested
    class AuthPayloads {
        @Test
        void areEmptyIfThereIsNone() throws Exception {
            assertEquals(Map.of(), codec.auth("0/chat,", codec.header("0/chat,")));
        }

        @Test
        void areMapsOfPlainValues() throws Exception {
            String text = "0/chat,{\"token\":\"x\",\"n\":1,\"deep\":{\"a\":[1.5]}}";
            assertEquals(
                    Map.of("token", "x", "n", 1L, "deep", Map.of("a", List.of(1.5))),
                    codec.auth(text, codec.header(text)));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "0[]",
                    "0\"x\"",
                    "0null",
                    "0 1",
                    "0true",
                    "0{",
                    "0{\"a\"",
                    "0{\"a\":1",
                    "0{\"a\":1}}",
                    "0{\"a\":1}x",
                    "0{'a':1}",
                    "0{a:1}",
                    "0{\"a\":NaN}",
                    "0{\"a\":TRUE}",
                    "0 {}",
                    "0\uFEFF{}",
                    "0{}{}",
                    "0/chat,[]"
                })
        void haveToBeOneObjectOfStrictJson(String text) {
            assertMalformed(text);
        }

        @Test
        void haveNoAttachments() throws Exception {
            String text = "0{\"a\":{\"_placeholder\":true,\"num\":0}}";
            assertEquals(Map.of("a", Map.of("_placeholder", true, "num", 0L)), codec.auth(text, codec.header(text)));
        }
    }

    @Nested
    class Placeholders {
        @Test
        void standForAttachmentsAtAnyDepth() throws Exception {
            String text = "52-[\"x\",{\"_placeholder\":true,\"num\":1},{\"a\":[{\"num\":0,\"_placeholder\":true}]}]";
            Elements elements = codec.event(text, codec.header(text), List.of(bytes("zero"), bytes("one")));
            assertArrayEquals("one".getBytes(UTF_8), (byte[]) elements.value(1));
            assertEquals(comparable(Map.of("a", List.of("zero".getBytes(UTF_8)))), comparable(elements.value(2)));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1",
                    "-1",
                    "2",
                    "0.5",
                    "0.0",
                    "-0",
                    "1e0",
                    "1e400",
                    "4294967296",
                    "18446744073709551616",
                    "\"0\"",
                    "\"splice\"",
                    "null",
                    "true",
                    "[0]",
                    "{}",
                    "99999999999999999999999999"
                })
        void thatNameNoAttachmentAreMalformed(String number) {
            assertMalformed("51-[\"x\",{\"_placeholder\":true,\"num\":" + number + "}]");
            assertMalformed("51-[\"x\",{\"num\":" + number + ",\"_placeholder\":true}]");
            assertMalformed("51-[\"x\",[{\"a\":{\"_placeholder\":true,\"num\":" + number + "}}]]");
            assertMalformed("61-1[{\"_placeholder\":true,\"num\":" + number + "}]");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"_placeholder\":true}",
                    "{\"\\u005fplaceholder\":true}",
                    "{\"_placeholder\":true,\"num\":0,\"num\":7}",
                    "{\"_placeholder\":true,\"num\":0,\"num\":\"0\"}",
                    "{\"_placeholder\":false,\"_placeholder\":true,\"num\":7}",
                    "{\"_placeholder\":1,\"_placeholder\":true,\"num\":7}",
                    "{\"_placeholder\":{\"_placeholder\":true,\"num\":7},\"num\":0}",
                    "{\"num\":{\"_placeholder\":true,\"num\":7}}",
                    "{\"__proto__\":{\"_placeholder\":true,\"num\":7}}"
                })
        void areFoundWhereverTheyHide(String object) {
            assertMalformed("51-[\"x\"," + object + "]");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"_placeholder\":true,\"num\":7,\"num\":0}",
                    "{\"_placeholder\":1,\"_placeholder\":true,\"num\":0}",
                    "{\"\\u005fplaceholder\":true,\"num\":0,\"more\":[1]}"
                })
        void areTakenByTheirLastKeys(String object) throws Exception {
            assertInstanceOf(byte[].class, event("51-[\"x\"," + object + "]").value(1));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"_placeholder\":1,\"num\":0}",
                    "{\"_placeholder\":\"true\",\"num\":7}",
                    "{\"_placeholder\":false,\"num\":7}",
                    "{\"_placeholder\":null}",
                    "{\"_placeholder\":[true],\"num\":7}",
                    "{\"_placeholder\":true,\"_placeholder\":false,\"num\":7}",
                    "{\"num\":7}"
                })
        void areNotWhatMerelyLooksLikeThem(String object) throws Exception {
            assertInstanceOf(Map.class, event("51-[\"x\"," + object + "]").value(1));
        }

        @Test
        void inAPlainEventAreObjectsLikeAnyOther() throws Exception {
            assertEquals(
                    List.of("x", Map.of("_placeholder", true, "num", "7")),
                    event("2[\"x\",{\"_placeholder\":true,\"num\":\"7\"}]").values());
        }

        @Test
        void mayBeMissing() throws Exception {
            assertEquals(List.of("x"), event("52-[\"x\"]").values());
        }

        @Test
        void thatAreRepeatedShareTheirBytes() throws Exception {
            String placeholder = "{\"_placeholder\":true,\"num\":0}";
            List<Object> values = event("51-[\"x\"," + placeholder + ",[" + placeholder + "]]")
                    .values();
            assertSame(values.get(1), ((List<?>) values.get(2)).get(0));
        }

        @Test
        void mayNotBeTheName() {
            assertMalformed("51-[{\"_placeholder\":true,\"num\":0}]");
        }
    }

    @Nested
    class Encoding {
        private String withOffset(String namespace, long ackId, Object... values) {
            JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
            Emission emission = new Emission(
                    namespace, ackId, "e", binding.writeEvent("e", Arrays.asList(values)), Delivery.RELIABLE);
            emission.placeAt("name.1f");
            PacketCodec codec = new SocketIoCodec(binding).withOffsets();
            assertSame(codec, codec.withOffsets());
            return emission.frame(codec).text();
        }

        @Test
        void splicesTheOffsetIn() {
            assertEquals("2[\"e\",\"name.1f\"]", withOffset("/", PacketCodec.NO_ACK));
            assertEquals("2/chat,[\"e\",\"]\",{},\"name.1f\"]", withOffset("/chat", PacketCodec.NO_ACK, "]", Map.of()));
            assertEquals(
                    "51-[\"e\",{\"_placeholder\":true,\"num\":0},\"name.1f\"]",
                    withOffset("/", PacketCodec.NO_ACK, new byte[] {1}));
            assertEquals("27[\"e\"]", withOffset("/", 7));
            assertEquals("0/chat,{\"sid\":\"abc\",\"pid\":\"def\"}", encode(new Packet.Connect("/chat", "abc", "def")));
        }

        @Test
        void writesEachPacketInItsForm() {
            assertEquals("0{\"sid\":\"abc\"}", encode(new Packet.Connect("/", "abc")));
            assertEquals("0/chat,{\"sid\":\"abc\"}", encode(new Packet.Connect("/chat", "abc")));
            assertEquals("1", encode(new Packet.Disconnect("/")));
            assertEquals("1/chat,", encode(new Packet.Disconnect("/chat")));
            assertEquals("2[\"x\",1]", encode(new Wire.Event("/", PacketCodec.NO_ACK, "x", List.of(1))));
            assertEquals("2/chat,0[\"x\"]", encode(new Wire.Event("/chat", 0, "x", List.of())));
            assertEquals("3/chat,12[]", encode(new Wire.Ack("/chat", 12, List.of())));
            assertEquals("37[null,\"a\"]", encode(new Wire.Ack("/", 7, Arrays.asList(null, "a"))));
            assertEquals("4/chat,{\"message\":\"no\"}", encode(new Packet.ConnectError("/chat", "no", null)));
            assertEquals(
                    "4{\"message\":\"no\",\"data\":{\"code\":1}}",
                    encode(new Packet.ConnectError("/", "no", Map.of("code", 1))));
        }

        @Test
        void putsBytesAsideInTheirOrder() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("a", "one".getBytes(UTF_8));
            map.put("b", List.of(bytes("two"), new byte[0]));
            Frame frame = codec.encode(
                    new Wire.Event("/chat", 3, "x", Arrays.asList("zero".getBytes(UTF_8), map, bytes("four"))));
            assertEquals(
                    "55-/chat,3[\"x\",{\"_placeholder\":true,\"num\":0},"
                            + "{\"a\":{\"_placeholder\":true,\"num\":1},"
                            + "\"b\":[{\"_placeholder\":true,\"num\":2},{\"_placeholder\":true,\"num\":3}]},"
                            + "{\"_placeholder\":true,\"num\":4}]",
                    frame.text());
            assertEquals(
                    List.of(bytes("zero"), bytes("one"), bytes("two"), bytes(""), bytes("four")), frame.attachments());
        }

        @Test
        void putsBytesOfAnAckAside() {
            Frame frame = codec.encode(new Wire.Ack("/", 1, List.of(bytes("zero"))));
            assertEquals("61-1[{\"_placeholder\":true,\"num\":0}]", frame.text());
            assertEquals(List.of(bytes("zero")), frame.attachments());
        }

        @Test
        void takesTheBytesOfABufferFromItsPositionAndLeavesThePosition() {
            ByteBuffer window = bytes("0123456789");
            window.position(2).limit(5);
            Frame frame = codec.encode(event("x", window, window.asReadOnlyBuffer(), window.duplicate()));
            assertEquals(List.of(bytes("234"), bytes("234"), bytes("234")), frame.attachments());
            assertEquals(2, window.position());
        }

        @SuppressWarnings("ArrayRecordComponent") // that is what applications send
        record File(String name, byte[] content, List<ByteBuffer> parts, Map<String, byte[]> more) {}

        @Test
        void putsBytesOfRecordsAside() throws Exception {
            File file = new File(
                    "a.png", "content".getBytes(UTF_8), List.of(bytes("part")), Map.of("k", "more".getBytes(UTF_8)));
            Frame frame = codec.encode(event("file", file));
            assertEquals(
                    "53-[\"file\",{\"name\":\"a.png\",\"content\":{\"_placeholder\":true,\"num\":0},"
                            + "\"parts\":[{\"_placeholder\":true,\"num\":1}],\"more\":{\"k\":{\"_placeholder\":true,\"num\":2}}}]",
                    frame.text());
            File back = readBack(event("file", file)).get(1, TypeToken.get(File.class));
            assertArrayEquals(file.content, back.content);
            assertEquals(file.parts, back.parts);
            assertArrayEquals("more".getBytes(UTF_8), back.more.get("k"));
        }

        @Test
        void writesWhatJsonHasNoNumberForAsNull() {
            assertEquals(
                    "2[\"x\",null,null,null,1.5,{\"a\":null},[null,2.0]]",
                    encode(event(
                            "x",
                            Double.NaN,
                            Double.POSITIVE_INFINITY,
                            Float.NEGATIVE_INFINITY,
                            1.5f,
                            Map.of("a", Double.NaN),
                            new double[] {Double.NaN, 2})));
        }

        @Test
        void writesNumbersExactly() {
            assertEquals(
                    "2[\"x\",123456789012345678901234567890,0.10,9223372036854775807,-1,1.0E10]",
                    encode(event(
                            "x",
                            new BigInteger("123456789012345678901234567890"),
                            new BigDecimal("0.10"),
                            Long.MAX_VALUE,
                            (byte) -1,
                            1e10)));
        }

        @Test
        void keepsTextAsItIs() {
            assertEquals("2[\"x\",\"<b> & 'grün' = \uD83D\uDE00\"]", encode(event("x", "<b> & 'grün' = \uD83D\uDE00")));
            assertEquals("2[\"\\\"\\\\\\n\\u0000\",1]", encode(event("\"\\\n\0", 1)));
            // JSON allows the two, JavaScript before ES2019 did not.
            assertEquals("2[\"x\",\"\\u2028\\u2029\"]", encode(event("x", "\u2028\u2029")));
        }

        @Test
        void copiesBytesUnlessTheyAreHandedOverReadOnlyOrRelayed() throws Exception {
            byte[] bytes = {1};
            Elements relayed = codec.event(
                    "51-[\"x\",{\"_placeholder\":true,\"num\":0}]",
                    codec.header("51-[\"x\",{\"_placeholder\":true,\"num\":0}]"),
                    List.of(ByteBuffer.wrap(bytes)));
            Frame frame = codec.encode(event(
                    "x",
                    bytes,
                    ByteBuffer.wrap(bytes),
                    ByteBuffer.wrap(bytes).slice(),
                    ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
                    relayed));
            bytes[0] = 7;
            assertEquals(
                    List.of(1, 1, 1, 7, 7),
                    frame.attachments().stream()
                            .map(attachment -> (int) attachment.get(0))
                            .toList());
        }

        @Test
        void escapesHalfAnEmojiAsJsonStringifyDoes() {
            String low = "\ude00";
            assertEquals(
                    "2[\"\\ud83d\",\"a\\ude00\\ud83d\",\"\ud83d\ude00\\ude00\",{\"\\ud800\":[\"\\\\\\udfff\"]}]",
                    encode(event(
                            "\ud83d",
                            "a" + low + "\ud83d",
                            "\ud83d\ude00" + low,
                            Map.of("\ud800", List.of("\\\udfff")))));
            assertEquals("[\"\\ud83d\"]", codec.elements(List.of("\ud83d")).array());
            assertEquals(
                    "4{\"message\":\"\\ud83d\",\"data\":\"\\ude00\"}",
                    codec.encode(new Packet.ConnectError("/", "\ud83d", low)).text());
            assertEquals(
                    "31[\"\\ud83d\"]",
                    codec.encode(new Wire.Ack("/", 1, List.of("\ud83d"))).text());
        }

        @Test
        void writesTimesAsIso8601() {
            assertEquals(
                    "2[\"x\",\"2026-01-02T03:04:05Z\"]", encode(event("x", Instant.parse("2026-01-02T03:04:05Z"))));
        }

        @Test
        void writesNullsOfMapsAndRecords() {
            record Person(String name, Integer age) {}
            Map<String, Object> map = new HashMap<>();
            map.put("a", null);
            assertEquals(
                    "2[\"x\",{\"name\":\"n\",\"age\":null},{\"a\":null}]",
                    encode(event("x", new Person("n", null), map)));
        }

        @SuppressWarnings({"DoubleBraceInitialization", "serial"}) // that is what applications do
        private static Collection<Object> anonymous() {
            Map<String, Object> map = new HashMap<>() {
                {
                    put("a", 1);
                }
            };
            return new ArrayList<>() {
                {
                    add(map);
                }
            };
        }

        @Test
        void writesMapsAndCollectionsWhateverTheirClass() {
            assertEquals("2[\"x\",[{\"a\":1}]]", encode(event("x", anonymous())));
            assertEquals("2[\"x\",[[{\"a\":1}]]]", encode(event("x", List.of(anonymous()))));
            assertEquals("2[\"x\",{\"k\":[{\"a\":1}]}]", encode(event("x", Map.of("k", anonymous()))));
            assertEquals("2[\"x\",{\"a\":1,\"b\":2}]", encode(event("x", new TreeMap<>(Map.of("b", 2, "a", 1)))));
            assertEquals("2[\"x\",{\"1\":\"a\"}]", encode(event("x", Map.of(1, "a"))));
            assertEquals(
                    "2[\"x\",[1,2]]",
                    encode(event(
                            "x", Map.of("a", List.of(1, 2)).values().iterator().next())));
        }

        @Test
        void refusesClassesThatGsonWouldLeaveOut() {
            class Local {
                @SuppressWarnings("unused") // Gson would read it
                final String text = "lost";
            }
            for (Object lost : new Object[] {new Local(), List.of(new Local()), new Object() {}}) {
                IllegalArgumentException refused =
                        assertThrows(IllegalArgumentException.class, () -> encode(event("x", lost)));
                assertTrue(refused.getMessage().contains("record"), refused.getMessage());
            }
        }

        @Test
        void refusesFunctionsAndSaysWhatAsksForAnAck() {
            Runnable callback = () -> {};
            for (Object function : new Object[] {callback, List.of(callback), Map.of("f", callback)}) {
                IllegalArgumentException refused =
                        assertThrows(IllegalArgumentException.class, () -> encode(event("x", function)));
                assertTrue(refused.getMessage().contains("emitWithAck"), refused.getMessage());
            }
        }

        static final class Node {
            Node next;
            Object any;
        }

        @Test
        void refusesDataThatContainsItself() throws Exception {
            Node node = new Node();
            node.next = new Node(); // what refers to itself directly, Gson leaves out
            node.next.next = node;
            Node any = new Node();
            any.any = List.of(any);
            Map<String, Object> map = new HashMap<>();
            map.put("self", map);
            Object[] array = new Object[1];
            array[0] = array;
            for (Object circle : new Object[] {node, any, map, array, List.of(node)}) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                Thread small = new Thread(null, () -> encode(event("x", circle)), "small stack", 256 * 1024);
                small.setUncaughtExceptionHandler((thread, failure) -> thrown.set(failure));
                small.start();
                small.join();
                IllegalArgumentException refused = assertInstanceOf(
                        IllegalArgumentException.class,
                        thrown.get(),
                        circle.getClass().getName());
                assertTrue(refused.getMessage().contains(circle.getClass().getName()), refused.getMessage());
                assertThrows(
                        IllegalArgumentException.class,
                        () -> encode(new Packet.ConnectError("/", "no", circle)),
                        "CONNECT_ERROR");
            }
        }

        @Test
        void refusesDataThatNestsDeeperThanAnyoneWouldRead() {
            Object nested = 1;
            for (int depth = 0; depth < 511; depth++) {
                nested = List.of(nested);
            }
            Object deepest = nested;
            assertEquals("2[\"x\"," + "[".repeat(511) + "1" + "]".repeat(512), encode(event("x", deepest)));
            assertThrows(IllegalArgumentException.class, () -> encode(event("x", List.of(deepest))));
        }

        @Test
        void refusesWhatGsonCannotWriteAndNamesIt() {
            Object unwritable = Thread.currentThread();
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> encode(event("x", unwritable)));
            assertTrue(refused.getMessage().contains(unwritable.getClass().getName()), refused.getMessage());
            assertThrows(IllegalArgumentException.class, () -> encode(new Packet.ConnectError("/", "no", unwritable)));
        }

        @Test
        void writesTheBytesOfAConnectErrorAsBase64() {
            Frame frame = codec.encode(new Packet.ConnectError("/", "no", Map.of("bytes", new byte[] {1, 2, 3})));
            assertEquals("4{\"message\":\"no\",\"data\":{\"bytes\":\"AQID\"}}", frame.text());
            assertEquals(List.of(), frame.attachments());
        }

        @Test
        void followsTheApplicationsGson() {
            Gson custom = Json.withAttachments(new GsonBuilder()
                    .registerTypeAdapter(Instant.class, (com.google.gson.JsonSerializer<Instant>)
                            (instant, type, context) -> new com.google.gson.JsonPrimitive(instant.toEpochMilli()))
                    .create());
            Wire own = codec(custom);
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("at", Instant.ofEpochMilli(5));
            map.put("gone", null); // without serializeNulls(), as the application wants it
            map.put("bytes", new byte[] {1});
            assertEquals(
                    "51-[\"x\",{\"at\":5,\"bytes\":{\"_placeholder\":true,\"num\":0}},null]",
                    own.encode(event("x", map, null)).text());
        }
    }

    @Nested
    class Scalars {
        @Test
        void areWhatAReceiverWouldSee() throws Exception {
            Elements elements = codec.elements(Arrays.asList("grün", 1, 2L, true, null, 3.5));
            Elements withoutDouble = codec.elements(Arrays.asList("grün", 1, 2L, true, null));
            assertEquals("[\"grün\",1,2,true,null]", withoutDouble.array());
            assertEquals(Arrays.asList("grün", 1L, 2L, true, null), withoutDouble.values());
            assertEquals(Arrays.asList("grün", 1L, 2L, true, null, 3.5), elements.values());
            assertEquals(
                    codec.event("[\"x\",1,null]").values(),
                    codec.elements(Arrays.asList("x", 1, null)).values());
            assertEquals("2[\"x\",-1,2,true,null]", encode(event("x", -1, 2L, true, null)));
        }

        @Test
        void areWrittenAsTheApplicationsGsonWantsThem() {
            Wire own = codec(Json.withAttachments(new GsonBuilder()
                    .setLongSerializationPolicy(LongSerializationPolicy.STRING)
                    .create()));
            assertEquals("2[\"x\",\"7\"]", own.encode(event("x", 7L)).text());
            assertEquals(List.of("x", "7"), own.elements(List.of("x", 7L)).values());
        }
    }

    @Nested
    class Relaying {
        private static final String P0 = "{\"_placeholder\":true,\"num\":0}";
        private static final String P1 = "{\"_placeholder\":true,\"num\":1}";

        private Elements arguments(String text, ByteBuffer... attachments) throws MalformedPacketException {
            return codec.event(text, codec.header(text), List.of(attachments)).rest();
        }

        @ParameterizedTest
        @MethodSource("io.gangway.protocol.SocketIoCodecTest#relayed")
        void leavesTheJsonAsItCame(String json) throws Exception {
            assertEquals("2[\"y\"," + json + "]", encode(event("y", arguments("2[\"x\"," + json + "]"))));
            assertEquals("3[" + json + "]", encode(new Wire.Ack("/", -1, List.of(arguments("2[\"x\"," + json + "]")))));
        }

        @Test
        void dropsTheSpaceBetweenElements() throws Exception {
            assertEquals(
                    "2[\"y\",1,{ },2]",
                    encode(event("y", arguments("2 [ \"x\" , 1 , { } , 2 ]".replaceFirst(" ", "")))));
        }

        @Test
        void leavesAttachmentsAsTheyCame() throws Exception {
            Elements came = arguments("52-[\"x\"," + P1 + ",{\"a\":" + P0 + "}]", bytes("zero"), bytes("one"));
            Frame frame = codec.encode(event("y", 1, came, "behind", bytes("two")));
            assertEquals(
                    "53-[\"y\",1," + P1 + ",{\"a\":" + P0 + "},\"behind\",{\"_placeholder\":true,\"num\":2}]",
                    frame.text());
            assertEquals(List.of(bytes("zero"), bytes("one"), bytes("two")), frame.attachments());
        }

        @Test
        void numbersAttachmentsAnewBehindOthers() throws Exception {
            Elements came = arguments(
                    "52-[\"x\"," + P1 + ",{\"a\":[" + P0 + ",1e400,0.10,\"t\"]}]", bytes("zero"), bytes("one"));
            Frame frame = codec.encode(event("y", bytes("own"), came, came));
            assertEquals(
                    "55-[\"y\"," + P0 + ",{\"_placeholder\":true,\"num\":2},"
                            + "{\"a\":[{\"_placeholder\":true,\"num\":1},1e400,0.10,\"t\"]},"
                            + "{\"_placeholder\":true,\"num\":4},"
                            + "{\"a\":[{\"_placeholder\":true,\"num\":3},1e400,0.10,\"t\"]}]",
                    frame.text());
            assertEquals(
                    List.of(bytes("own"), bytes("zero"), bytes("one"), bytes("zero"), bytes("one")),
                    frame.attachments());
        }

        @Test
        void ofRepeatedPlaceholdersMultipliesNoAttachments() throws Exception {
            Elements came = arguments("51-[\"x\"" + ("," + P0).repeat(1000) + "]", bytes("zero"));
            assertEquals(
                    2,
                    codec.encode(event("y", bytes("own"), came)).attachments().size());
        }

        @Test
        void neverLetsAClientPassOffItsDataAsAnAttachment() throws Exception {
            // Harmless where it came from; in a packet with attachments it would close the receivers' connections.
            Elements spoof = arguments("2[\"x\",{\"_placeholder\":true,\"num\":99}]");
            Elements hidden = arguments("2[\"x\",[{\"\\u005fplaceholder\":true,\"num\":0}]]");
            Map<String, Object> map = Map.of("_placeholder", true);
            String broken = "{\"_placeholder\":false,\"num\":99}";
            String own = "{\"_placeholder\":true,\"num\":0}";

            assertEquals("51-[\"y\"," + broken + "," + own + "]", encode(event("y", spoof, bytes("own"))));
            assertEquals("51-[\"y\"," + own + "," + broken + "]", encode(event("y", bytes("own"), spoof)));
            assertEquals(
                    "51-[\"y\",[{\"_placeholder\":false,\"num\":0}]," + own + "]",
                    encode(event("y", hidden, bytes("own"))));
            assertEquals("51-[\"y\",{\"_placeholder\":false}," + own + "]", encode(event("y", map, bytes("own"))));
            assertEquals(
                    "51-[\"y\"," + own + "," + broken + "]",
                    encode(event("y", arguments("51-[\"x\"," + P0 + "]", bytes("own")), spoof)));
            assertEquals("2[\"y\",{\"_placeholder\":true,\"num\":99}]", encode(event("y", spoof)));
        }

        @Test
        void ofWhatMerelyMentionsPlaceholdersChangesNothing() throws Exception {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("_placeholder", List.of(true));
            map.put("more", true);
            assertEquals(
                    "51-[\"y\",{\"_placeholder\":[true],\"more\":true},[{\"_placeholder\":5},true],\"_placeholder\","
                            + P0 + "]",
                    encode(event("y", map, List.of(Map.of("_placeholder", 5), true), "_placeholder", bytes("own"))));
        }

        @Test
        void takesElementsWithinOtherValuesForAnArray() throws Exception {
            Elements came = arguments("51-[\"x\",1," + P0 + "]", bytes("zero"));
            Frame frame = codec.encode(event("y", Map.of("arguments", came)));
            assertEquals("51-[\"y\",{\"arguments\":[1," + P0 + "]}]", frame.text());
        }

        @Test
        void ofNothingIsNothing() throws Exception {
            assertEquals("2[\"y\",1]", encode(event("y", arguments("2[\"x\"]"), 1)));
            assertEquals("2[\"y\"]", encode(event("y", arguments("2[\"x\"]"))));
        }

        @Test
        void keepsAttachmentsThatNoPlaceholderNames() throws Exception {
            Frame frame = codec.encode(event("y", arguments("51-[\"x\",1]", bytes("unused"))));
            assertEquals("51-[\"y\",1]", frame.text());
            assertFalse(frame.attachments().isEmpty());
        }
    }

    static Stream<String> relayed() {
        return Stream.of(
                "1,\"two\",[3],{\"four\":null},true",
                "1.10,1e5,1E+5,-0,1e400,123456789012345678901234567890",
                "\"\\u0041\\/\\ud800\\\"\"",
                "{\"a\":1,\"a\":2}",
                "{\"a\" : [ 1 , 2 ]}",
                "\"],[\\\"{\"",
                "{\"_placeholder\":true,\"num\":-1}",
                "\"grün \uD83D\uDE00 \u2028\"");
    }
}
