package io.gangway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.reflect.TypeToken;
import com.sun.management.ThreadMXBean;
import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In hex, a space where it helps to read; {@code 'type'} is a string of at most 31 characters. */
class MessagePackCodecTest {
    private final JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
    private final MessagePackCodec codec = new MessagePackCodec(binding);

    /** MessagePack from hex, in which quoted text is a string. */
    static byte[] bytes(String notation) {
        StringBuilder hex = new StringBuilder();
        String[] parts = notation.split("'", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 0) {
                hex.append(parts[i].replace(" ", ""));
            } else {
                byte[] text = parts[i].getBytes(UTF_8);
                hex.append(HexFormat.of().toHexDigits((byte) (0xa0 | text.length)))
                        .append(HexFormat.of().formatHex(text));
            }
        }
        return HexFormat.of().parseHex(hex);
    }

    private ReceivedPacket read(String notation) throws MalformedPacketException {
        return codec.binary(ByteBuffer.wrap(bytes(notation)));
    }

    /** The elements of an event whose data are these, after its name. */
    private Elements event(String arguments, int count) throws MalformedPacketException {
        String array = HexFormat.of().toHexDigits((byte) (0x91 + count)) + "'e'" + arguments;
        return read("83 'type' 02 'data' " + array + " 'nsp' '/'").event();
    }

    private Object value(String notation) throws MalformedPacketException {
        Elements elements = event(notation, 1);
        Object value = elements.value(1);
        assertEquals(
                PacketCodecContract.comparable(value),
                PacketCodecContract.comparable(elements.get(1, TypeToken.get(Object.class))));
        assertEquals(
                PacketCodecContract.comparable(value),
                PacketCodecContract.comparable(elements.values().get(1)));
        return value;
    }

    private static byte[] written(Frame frame) {
        assertTrue(frame.isBinary());
        return Elements.copy(frame.attachments().get(0));
    }

    private static void assertWritten(String notation, Frame frame) {
        assertEquals(HexFormat.of().formatHex(bytes(notation)), HexFormat.of().formatHex(written(frame)));
    }

    @Nested
    class Headers {
        @ParameterizedTest
        @CsvSource({
            "82 'type' 00 'nsp' '/', CONNECT, /, -1",
            "84 'nsp' '/' 'data' d40000 'type' 00 'id' d40000, CONNECT, /, -1",
            "83 'type' 00 'data' c0 'nsp' '/a', CONNECT, /a, -1",
            "85 'type' 02 'data' 91'e' 'options' 81'compress'c3 'id' 07 'nsp' '/chat', EVENT, /chat, 7",
            "84 'nsp' '/chat' 'id' cb4000000000000000 'data' 90 'type' cc03, ACK, /chat, 2",
            "de0003 'type' 02 'nsp' '/' 'data' 90, EVENT, /, -1",
            "df00000003 d904'74797065' 02 'nsp' '/' 'data' 90, EVENT, /, -1",
            "84 'type' 09 'type' 02 'nsp' '/' 'data' 90, EVENT, /, -1",
            "84 'type' 02 'nsp' '/b' 'data' 90 'nsp' '/a', EVENT, /a, -1",
            "83 'type' 02 'nsp' '/gr\u00fcn' 'data' 90, EVENT, /gr\u00fcn, -1",
            "84 'type' 02 'nsp' '/' 'data' 90 'id' cf001fffffffffffff, EVENT, /, 9007199254740991",
        })
        void areFoundWhereverTheyStand(String notation, ReceivedPacket.Type type, String namespace, long id)
                throws Exception {
            ReceivedPacket packet = read(notation.replace("d904'74797065'", "d90474797065"));
            assertEquals(type, packet.type());
            assertEquals(namespace, packet.namespace());
            assertEquals(id, packet.ackId());
            assertNull(packet.rest());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "", // empty
                    "c0", // no map
                    "90",
                    "80",
                    "82 'type' 02 'data' 90", // no namespace
                    "82 'nsp' '/' 'data' 90", // no type
                    "83 'type' 05 'nsp' '/' 'data' 90",
                    "83 'type' ff 'nsp' '/' 'data' 90",
                    "83 'type' cb3ff8000000000000 'nsp' '/' 'data' 90", // 1.5
                    "83 'type' 'two' 'nsp' '/' 'data' 90",
                    "83 'type' c0 'nsp' '/' 'data' 90",
                    "83 'type' d40000 'nsp' '/' 'data' 90",
                    "83 'type' 02 'nsp' 00 'data' 90",
                    "83 'type' 02 'nsp' c0 'data' 90",
                    "83 'type' 02 'nsp' 'chat' 'data' 90",
                    "83 'type' 02 'nsp' a22fff 'data' 90", // no UTF-8
                    "82 'type' 02 'nsp' '/'", // an event without data
                    "83 'type' 02 'nsp' '/' 'data' c0",
                    "83 'type' 02 'nsp' '/' 'data' 80",
                    "83 'type' 03 'nsp' '/' 'data' 'text'",
                    "83 'type' 00 'nsp' '/' 'data' 90", // an array in CONNECT
                    "83 'type' 00 'nsp' '/' 'data' 'text'",
                    "84 'type' 02 'nsp' '/' 'data' 90 'id' c0",
                    "84 'type' 02 'nsp' '/' 'data' 90 'id' ff",
                    "84 'type' 02 'nsp' '/' 'data' 90 'id' '7'",
                    "84 'type' 02 'nsp' '/' 'data' 90 'id' cb3ff8000000000000",
                    "84 'type' 02 'nsp' '/' 'data' 90 'id' cb7ff0000000000000", // infinity
                    "84 'type' 02 'nsp' '/' 'data' 90 'id' cf0020000000000000", // 2^53
                    "84 'type' 02 'nsp' '/' 'data' 90 'id' cfffffffffffffffff",
                    "83 'type' 02 'nsp' '/' 'data' 90 00", // a trailing byte
                    "83 'type' 02 'nsp' '/' 'data' c1",
                    "83 'type' 02 'nsp' '/' 'data' 91",
                    "83 'type' 02 'nsp' '/' 'data' ddffffffff",
                    "83 'type' 02 'nsp' '/' 'data' dd7fffffff 00",
                    "83 'type' 02 'nsp' '/' 'data' 91 dfffffffff",
                    "83 'type' 02 'nsp' '/' 'data' 91 df7fffffff",
                    "83 'type' 02 'nsp' '/' 'data' 91 c6ffffffff",
                    "83 'type' 02 'nsp' '/' 'data' 91 db7fffffff",
                    "83 'type' 02 'nsp' '/' 'data' 91 c9ffffffff 05",
                    "83 'type' 02 'nsp' '/' 'data' 91 81 01 01", // a key that is no string
                    "83 'type' 02 'nsp' '/' 'data' 91 81 c0 01",
                    "83 'type' 02 'nsp' '/' 01 90",
                    "df00000001",
                    "dfffffffff",
                    "de",
                })
        void areMalformedOtherwise(String notation) {
            assertThrows(MalformedPacketException.class, () -> read(notation));
        }

        @Test
        void areReadWithoutAllocatingMoreThanThePacket() throws Exception {
            byte[] packet = bytes("83 'type' 02 'data' dc4000" + "91c0".repeat(0x4000) + "'nsp' '/'");
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            ReceivedPacket unused = codec.binary(ByteBuffer.wrap(packet));
            long before = threads.getCurrentThreadAllocatedBytes();
            ReceivedPacket read = codec.binary(ByteBuffer.wrap(packet));
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 1_000, () -> allocated + " bytes");
            assertEquals(packet.length, read.size());
        }

        @Test
        void haveNamesOfLimitedLength() {
            String longName = "d90404" + HexFormat.of().formatHex(("/" + "n".repeat(1024)).getBytes(UTF_8));
            String packet = "83 'type' 02 'data' 90 'nsp' " + longName.replaceFirst("d90404", "da0401");
            assertEquals(
                    "namespace longer than 1024 characters",
                    assertThrows(MalformedPacketException.class, () -> read(packet))
                            .getMessage());
        }

        @Test
        void sayThatTextIsNotTheirs() {
            assertThrows(MalformedPacketException.class, () -> codec.text("2[\"e\"]"));
        }

        @Test
        void leaveTheBufferOfOthersAlone() throws Exception {
            ByteBuffer among = ByteBuffer.allocate(100).put(bytes("82 'type' 00 'nsp' '/'"));
            ReceivedPacket packet = codec.binary(among.flip().asReadOnlyBuffer());
            assertEquals(ReceivedPacket.Type.CONNECT, packet.type());
            assertEquals(Map.of(), packet.auth());
        }
    }

    @Nested
    class Values {
        @ParameterizedTest
        @CsvSource({
            "7f, 127",
            "e0, -32",
            "ccff, 255",
            "cdffff, 65535",
            "ceffffffff, 4294967295",
            "cf7fffffffffffffff, 9223372036854775807",
            "cf0020000000000001, 9007199254740993",
            "d080, -128",
            "d18000, -32768",
            "d280000000, -2147483648",
            "d38000000000000000, -9223372036854775808",
        })
        void integersAreLongs(String notation, long expected) throws Exception {
            assertEquals(expected, value(notation));
        }

        @Test
        void numbersBeyondALongAreDoubles() throws Exception {
            assertEquals(0x1p64, value("cfffffffffffffffff"));
            assertEquals(
                    "18446744073709551615",
                    event("cfffffffffffffffff", 1)
                            .get(1, TypeToken.get(java.math.BigInteger.class))
                            .toString());
            assertEquals(1.5, value("ca3fc00000"));
            assertEquals((double) 0.1f, value("ca3dcccccd"));
            assertEquals(-0.0, value("cb8000000000000000"));
            assertEquals(3.0, value("cb4008000000000000"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "c0",
                    "d40000", // undefined
                    "cb7ff8000000000000", // NaN
                    "cb7ff0000000000000",
                    "caff800000",
                    "d700 7fffffffffffffff", // an invalid Date
                    "d700 8000000000000000"
                })
        void whatJsonCannotSayIsNull(String notation) throws Exception {
            assertNull(value(notation));
        }

        @Test
        void anEntryThatIsUndefinedIsAbsent() throws Exception {
            Map<String, Object> expected = new HashMap<>(Map.of("a", 1L));
            expected.put("c", null);
            assertEquals(expected, value("83 'a' 01 'b' d40000 'c' c0"));
            assertEquals(Arrays.asList(null, 1L), value("92 d40000 01"));
        }

        @Test
        void ofARepeatedKeyTheLastCounts() throws Exception {
            assertEquals(Map.of("a", 2L), event("82 'a' 01 'a' 02", 1).value(1));
            assertEquals(
                    "[\"e\",{\"a\":1,\"a\":2}]", event("82 'a' 01 'a' 02", 1).array());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "c403010203",
                    "c50003010203",
                    "c600000003010203",
                    "c70300010203",
                    "c8000300010203",
                    "c90000000300010203"
                })
        void binaryDataAreBytes(String notation) throws Exception {
            assertArrayEquals(new byte[] {1, 2, 3}, (byte[]) value(notation));
            assertArrayEquals(new byte[] {1, 2, 3}, event(notation, 1).get(1, TypeToken.get(byte[].class)));
        }

        @ParameterizedTest
        @CsvSource({
            "d4 05 07, 5, 07",
            "d5 00 0708, 0, 0708",
            "d7 ff 0000000000000001, -1, 0000000000000001",
            "c702 80 0102, -128, 0102"
        })
        void otherExtensionsAreTheirTypeAndBytes(String notation, long type, String hex) throws Exception {
            List<?> value = (List<?>) value(notation);
            assertEquals(type, value.get(0));
            assertEquals(hex, HexFormat.of().formatHex((byte[]) value.get(1)));
        }

        @ParameterizedTest
        @CsvSource({
            "0000000000000000, 1970-01-01T00:00:00.000Z",
            "ffffffffffffffff, 1969-12-31T23:59:59.999Z",
            "001eb208c2dc0000, +275760-09-13T00:00:00.000Z",
            "ffe14df73d240000, -271821-04-20T00:00:00.000Z"
        })
        void datesAreTextsAsInJson(String millis, String text) throws Exception {
            assertEquals(text, value("d700" + millis));
        }

        @Test
        void stringsAreUtf8() throws Exception {
            assertEquals("gr\u00fcn \uD83D\uDE00 \uFFFD", value("'gr\u00fcn \uD83D\uDE00 \uFFFD'"));
            for (String broken : List.of("a1ff", "a2c080", "a3eda080", "a4f4908080", "81 a1ff 01", "d901c3")) {
                assertThrows(MalformedPacketException.class, () -> event(broken, 1));
            }
        }

        @Test
        void nestAsDeepAsInJson() throws Exception {
            int limit = ParserLimits.DEFAULT.depth() - 1; // the event's array is one level
            assertEquals(2, event("91".repeat(limit) + "c0", 1).size());
            assertEquals(2, event("91".repeat(limit) + "d40000", 1).size());
            assertEquals(2, event("91".repeat(limit - 1) + "c400", 1).size());
            Elements deep = event("91".repeat(limit - 2) + "d40507", 1);
            assertEquals(nested(deep.value(1), limit - 2), nested(deep.get(1, TypeToken.get(Object.class)), limit - 2));
            for (String leaf : List.of("91c0", "81'a'01", "c400", "c70000", "d40507")) {
                assertThrows(MalformedPacketException.class, () -> event("91".repeat(limit) + leaf, 1));
            }
            assertThrows(MalformedPacketException.class, () -> event("91".repeat(limit - 1) + "d40507", 1));
        }

        /** What so many lists hold, each the only element of the next; bytes are shown by their length. */
        private String nested(Object value, int lists) {
            Object inner = value;
            for (int i = 0; i < lists; i++) {
                inner = ((List<?>) inner).get(0);
            }
            return inner.toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
        }

        @Test
        void holdNoMoreBinaryDataThanJsonMayAttach() throws Exception {
            assertEquals(11, event("c400".repeat(10), 10).size());
            assertThrows(MalformedPacketException.class, () -> event("c400".repeat(10) + "d40507", 11));
        }

        @ParameterizedTest
        @ValueSource(strings = {"c0", "90", "80", "c3", "c400", "'connect'", "cb7ff8000000000000", "d40000"})
        void nameNoEvent(String name) {
            assertThrows(
                    MalformedPacketException.class,
                    () -> read("83 'type' 02 'nsp' '/' 'data' 91 " + name).event());
        }

        @Test
        void mayNameAnEventByANumber() throws Exception {
            assertEquals(7L, read("83 'type' 02 'nsp' '/' 'data' 91 07").event().value(0));
        }

        @Test
        void ofAConnectAreAMap() throws Exception {
            assertEquals(
                    Map.of("token", "t", "n", List.of(1L)),
                    read("83 'type' 00 'nsp' '/' 'data' 82 'token' 't' 'n' 91 01")
                            .auth());
            assertThrows(
                    MalformedPacketException.class,
                    () -> read("83 'type' 00 'nsp' '/' 'data' 81 'token' c400").auth());
        }
    }

    @Nested
    class Handlers {
        record Point(int x, Double y) {}

        record Message(String text, Point at, byte[] file) {}

        @Test
        void bindTypesAsFromJson() throws Exception {
            Elements elements = event("83 'text' 't' 'at' 82 'x' 01 'y' d40000 'file' c4020102", 1);
            Message message = elements.get(1, TypeToken.get(Message.class));
            assertEquals("t", message.text());
            assertEquals(new Point(1, null), message.at());
            assertArrayEquals(new byte[] {1, 2}, message.file());
            assertEquals(1, elements.rest().size());
            assertEquals(
                    "t", elements.rest().get(0, TypeToken.get(Message.class)).text());
        }

        @Test
        void areToldTheSameOfAValueThatDoesNotFit() throws Exception {
            for (String[] pair : new String[][] {
                {"81 'at' 81 'x' 'far'", "{\"at\":{\"x\":\"far\"}}"},
                {"81 'at' 81 'x' cb3ff8000000000000", "{\"at\":{\"x\":1.5}}"},
                {"81 'at' 81 'x' c0", "{\"at\":{\"x\":null}}"},
                {"81 'text' 90", "{\"text\":[]}"},
                {"07", "7"},
            }) {
                MisfitException packed = assertThrows(
                        MisfitException.class, () -> event(pair[0], 1).get(1, TypeToken.get(Message.class)));
                Elements json = binding.event("[\"e\"," + pair[1] + "]");
                MisfitException text =
                        assertThrows(MisfitException.class, () -> json.get(1, TypeToken.get(Message.class)));
                assertEquals(text.getMessage(), packed.getMessage());
                assertEquals(text.field(), packed.field());
            }
        }
    }

    @Nested
    class Writing {
        private Frame event(Object... values) {
            Elements elements = binding.writeEvent("e", Arrays.asList(values));
            return codec.encode(new Emission("/", PacketCodec.NO_ACK, "e", elements, Delivery.LOSSY));
        }

        @Test
        void putsTheOffsetBehindTheArguments() throws Exception {
            PacketCodec offsets = codec.withOffsets();
            assertSame(offsets, offsets.withOffsets());
            Elements written = binding.writeEvent("e", List.of(1));
            Elements relayed = codec.binary(
                            codec.encode(new Emission("/", PacketCodec.NO_ACK, "e", written, Delivery.RELIABLE))
                                    .attachments()
                                    .get(0))
                    .event();
            for (Elements elements : List.of(written, relayed)) {
                Emission emission = new Emission("/", PacketCodec.NO_ACK, "e", elements, Delivery.RELIABLE);
                emission.placeAt("a.1");
                assertWritten("83 'type' 02 'nsp' '/' 'data' 93 'e' 01 'a.1'", emission.frame(offsets));
                assertWritten("83 'type' 02 'nsp' '/' 'data' 92 'e' 01", emission.frame(codec));
            }
            assertWritten(
                    "83 'type' 00 'nsp' '/' 'data' 82 'sid' 'abc' 'pid' 'def'",
                    offsets.encode(new Packet.Connect("/", "abc", "def")));
        }

        @Test
        void putsEachPacketIntoOneMap() {
            assertWritten("83 'type' 02 'nsp' '/' 'data' 92 'e' 01", event(1));
            assertEquals(Delivery.LOSSY, event(1).delivery());
            assertWritten(
                    "84 'type' 02 'nsp' '/c' 'id' 00 'data' 91 'e'",
                    codec.encode(new Emission("/c", 0, "e", binding.writeEvent("e", List.of()), Delivery.RELIABLE)));
            assertWritten(
                    "84 'type' 03 'nsp' '/' 'id' cd012c 'data' 90",
                    codec.encode(new Packet.Ack("/", 300, binding.write(List.of()))));
            assertWritten(
                    "83 'type' 00 'nsp' '/c' 'data' 81 'sid' 'abc'", codec.encode(new Packet.Connect("/c", "abc")));
            assertWritten("82 'type' 01 'nsp' '/'", codec.encode(new Packet.Disconnect("/")));
            assertWritten(
                    "83 'type' 04 'nsp' '/' 'data' 82 'message' 'no' 'data' 81 'code' 07",
                    codec.encode(new Packet.ConnectError("/", "no", Map.of("code", 7))));
        }

        @ParameterizedTest
        @CsvSource({
            "0, 00",
            "-1, ff",
            "128, cc80",
            "65536, ce00010000",
            "4294967296, cf0000000100000000",
            "9223372036854775807, cf7fffffffffffffff",
            "18446744073709551615, cfffffffffffffffff",
            "18446744073709551616, cb43f0000000000000",
            "-33, d0df",
            "-129, d1ff7f",
            "-32769, d2ffff7fff",
            "-2147483649, d3ffffffff7fffffff",
            "-9223372036854775808, d38000000000000000",
            "-0, cb8000000000000000",
            "1.5, cb3ff8000000000000",
            "1e400, cb7ff0000000000000",
            "1e+2, cb4059000000000000",
            "1.0, cb3ff0000000000000",
            "' [ 1 , true,false , null ] ', 9401c3c2c0",
            "'{ \"a\" : { } }', 81a16180",
            "'\"\\u0041\\/\\n\"', a3412f0a",
            "'\"\\ud83d\\ude00\"', a4f09f9880",
            "'\"\\ud83d\"', a3efbfbd",
            "'\"\\ude00\\ud83d\"', a6efbfbdefbfbd",
        })
        void convertsWhatCameAsJson(String json, String hex) throws Exception {
            Elements came = binding.event("[\"e\"," + json + "]");
            assertWritten(
                    "83 'type' 02 'nsp' '/' 'data' 92 'e' " + hex,
                    codec.encode(new Emission("/", PacketCodec.NO_ACK, "e", came, Delivery.RELIABLE)));
        }

        @Test
        void putsBinaryDataInPlaceOfPlaceholders() throws Exception {
            byte[] file = {1, 2};
            assertWritten(
                    "83 'type' 02 'nsp' '/' 'data' 94 'e' c4020102 81 'f' 91 c40103 81 '_placeholder' c2",
                    event(file, Map.of("f", List.of(new byte[] {3})), Map.of("_placeholder", true)));
            ReceivedPacket packet = new SocketIoCodec(binding)
                    .text("51-[\"e\",{\"num\":7,\"\\u005fplaceholder\":[true],\"_placeholder\":true,\"num\":0},"
                            + "{\"_placeholder\":true,\"_placeholder\":0,\"num\":0}]");
            Elements came = packet.rest().binary(ByteBuffer.wrap(file)).event();
            assertWritten(
                    "83 'type' 02 'nsp' '/' 'data' 93 'e' c4020102 83 '_placeholder' c3 '_placeholder' 00 'num' 00",
                    codec.encode(new Emission("/", PacketCodec.NO_ACK, "e", came, Delivery.RELIABLE)));
        }

        @Test
        void writesLengthsOfEverySize() throws Exception {
            for (int length : new int[] {0, 15, 16, 31, 32, 255, 256, 65_535, 65_536, 70_000}) {
                List<Object> values = List.of(
                        "e",
                        "x".repeat(length),
                        Collections.nCopies(length, 1L),
                        new byte[length],
                        Map.of("k".repeat(length), "\u20ac".repeat(length)));
                Elements elements = binding.writeEvent("e", values.subList(1, 5));
                byte[] packet =
                        written(codec.encode(new Emission("/", PacketCodec.NO_ACK, "e", elements, Delivery.RELIABLE)));
                Elements back = codec.binary(ByteBuffer.wrap(packet)).event();
                assertEquals(PacketCodecContract.comparable(values), PacketCodecContract.comparable(back.values()));
            }
        }
    }

    @Nested
    class Relays {
        private static final String ODD =
                "c70100ff d700000000000000000f d40000 cdffff 82 'a' 01 'a' cd0002 cb3ff0000000000000";

        private Elements came() throws MalformedPacketException {
            return event(ODD, 6);
        }

        private Frame relayed(Object... values) {
            return codec.encode(new Packet.Ack("/", 1, binding.write(Arrays.asList(values))));
        }

        @Test
        void copyWhatCame() throws Exception {
            assertWritten(
                    "84 'type' 03 'nsp' '/' 'id' 01 'data' 99 'x' c0" + ODD.replace(" ", "") + "c3",
                    relayed("x", null, came().rest(), true));
            assertWritten(
                    "84 'type' 03 'nsp' '/' 'id' 01 'data' 92 07 08",
                    relayed(
                            event("", 0).rest(),
                            event("07", 1).rest(),
                            event("08", 1).rest()));
        }

        @Test
        void knowTheirElements() throws Exception {
            Elements relayed = binding.writeEvent("x", List.of(5, came().rest(), "\u20ac"));
            assertEquals(9, relayed.size());
            assertEquals("x", relayed.value(0));
            assertEquals(5L, relayed.value(1));
            assertEquals("1970-01-01T00:00:00.015Z", relayed.value(3));
            assertEquals("\u20ac", relayed.value(8));
            assertEquals("\u20ac", relayed.get(8, TypeToken.get(String.class)));
        }

        @Test
        void reachJsonClientsAsJson() throws Exception {
            Elements relayed = binding.writeEvent("x", List.of(came().rest()));
            Frame frame = new SocketIoCodec(binding)
                    .encode(new Emission("/", PacketCodec.NO_ACK, "x", relayed, Delivery.RELIABLE));
            assertEquals(
                    "51-[\"x\",{\"_placeholder\":true,\"num\":0},\"1970-01-01T00:00:00.015Z\",null,65535,"
                            + "{\"a\":1,\"a\":2},1.0]",
                    frame.text());
            assertArrayEquals(new byte[] {-1}, Elements.copy(frame.attachments().get(0)));
        }

        @Test
        void amongOtherValuesAreJson() throws Exception {
            Elements json = binding.event("[\"e\",1.10]");
            Elements relayed = binding.write(List.of(came().rest(), Map.of("k", came().rest()), json.rest()));
            assertEquals(2, relayed.attachments().size());
            assertEquals("1.10", relayed.json(7));
            assertEquals(8, relayed.size());
            assertEquals(
                    8,
                    binding.elements(List.of(came().rest(), Map.of("k", came().rest()), json.rest()))
                            .size());
        }

        @Test
        void keepDataThatLooksLikeAPlaceholder() throws Exception {
            Elements lookalike = event("82 '_placeholder' c3 'num' 00", 1);
            assertEquals(
                    Map.of("_placeholder", true, "num", 0L), lookalike.get(1, new TypeToken<Map<String, Object>>() {}));
            Elements among = event("c40107 82 '_placeholder' c3 'num' 00", 2);
            assertEquals("[\"e\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":false,\"num\":0}]", among.array());
        }

        @Test
        void ofRepeatedPlaceholdersEndAtTheSender() throws Exception {
            String placeholder = "{\"_placeholder\":true,\"num\":0}";
            ReceivedPacket packet =
                    new SocketIoCodec(binding).text("51-[\"e\"" + ("," + placeholder).repeat(1_000) + "]");
            Elements came = packet.rest().binary(ByteBuffer.allocate(100_000)).event();
            assertEquals(1_001, came.size());
            assertThrows(IllegalArgumentException.class, () -> binding.writeEvent("x", List.of(came.rest())));
        }
    }
}
