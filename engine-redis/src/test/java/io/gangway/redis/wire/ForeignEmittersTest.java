package io.gangway.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Disconnect;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.Fetched;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.Target;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of emitters in other languages are decoded as Node.js servers decode them. */
class ForeignEmittersTest {
    private static final WireFormat CLASSIC = new ClassicFormat(ClassicFormat.Options.DEFAULT, "/", Messages.NODE);
    private static final WireFormat SHARDED = new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", Messages.NODE);
    private static final StreamsFormat STREAMS = new StreamsFormat(StreamsFormat.Options.DEFAULT, "/", Messages.NODE);

    /** Strings in quotes and bytes in hexadecimal digits, separated by spaces. */
    private static byte[] bytes(String written) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String part : written.split(" ")) {
            bytes.writeBytes(
                    part.startsWith("'")
                            ? part.substring(1, part.length() - 1).getBytes(StandardCharsets.UTF_8)
                            : HexFormat.of().parseHex(part));
        }
        return bytes.toByteArray();
    }

    private static final String PACKET = "83 a4 'type' 02 a4 'data' 92 a4 'haha' a3 'yes' a3 'nsp' a1 '/' ";
    private static final String UID = "93 a7 'emitter' ";

    private static Broadcast broadcast(String written) throws MalformedMessageException {
        Broadcast broadcast = (Broadcast) CLASSIC.read("socket.io#/#", bytes(written));
        assertEquals("[\"haha\",\"yes\"]", broadcast.event().json(), written);
        assertEquals(Duration.ZERO, broadcast.timeout());
        return broadcast;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    PHP, socket.io-php-emitter: no except, no flag | 82 a5 'rooms' 90 a5 'flags' 90
                    PHP: one flag                                  | 82 a5 'rooms' 90 a5 'flags' 81 a9 'broadcast' c3
                    PHP: no options at all                         | 90
                    PHP: all three, empty                          | 83 a5 'rooms' 90 a6 'except' 90 a5 'flags' 90
                    PHP, an empty list of 16 bits' length          | 82 a5 'rooms' dc0000 a5 'flags' dc0000
                    Go: nil for what was never made                | 82 a5 'flags' c0 a5 'rooms' c0
                    Python: None, and flags that are not set       | 83 a5 'rooms' c0 a5 'flags' 82 a8 'volatile' c2 a8 'compress' c2 a6 'except' c0
                    Ruby: a map of 16 bits' length, and nothing    | de0000
                    """)
    void everyoneIsMeantWhoeverSaysSo(String emitter, String opts) throws Exception {
        Broadcast broadcast = broadcast(UID + PACKET + opts);
        assertEquals(Target.ALL, broadcast.target(), emitter);
        assertEquals(false, broadcast.lossy(), emitter);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "82 a5 'rooms' 91 2a a5 'flags' 81 a8 'volatile' c3", // PHP: a room that is a number
                "82 a5 'rooms' 91 da0002 '42' a5 'flags' 81 a8 'volatile' 01", // 'raw 16', and no booleans
                "82 a5 'rooms' 91 cb4045000000000000 a5 'flags' 81 a8 'volatile' c3" // all numbers are doubles
            })
    void aRoomAndAFlagInWhateverTypeTheyCome(String opts) throws Exception {
        Broadcast broadcast = broadcast(UID + PACKET + opts);
        assertEquals(Set.of("42"), broadcast.target().rooms());
        assertTrue(broadcast.lossy());
    }

    @ParameterizedTest
    @ValueSource(strings = {"93 c4 07 'emitter' ", "93 00 ", "93 c0 ", "94 a1 'x' "})
    void anEmittersNameMayBeOfAnyType(String uid) throws Exception {
        assertEquals(
                Target.ALL,
                broadcast(uid + PACKET + "80" + (uid.startsWith("94") ? " c0" : ""))
                        .target());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "83 a4 'type' 05 a4 'data' 92 a4 'haha' a3 'yes' a3 'nsp' a1 '/' ", // binary, by its name
                "82 a4 'type' 02 a4 'data' 92 a4 'haha' a3 'yes' ", // without nsp
                "83 a4 'type' 02 a4 'data' 92 a4 'haha' a3 'yes' a3 'nsp' c0 ",
                "82 a4 'type' cb4000000000000000 a4 'data' 92 a4 'haha' a3 'yes' ",
                "82 a4 'type' 02 a4 'data' 92 da0004 'haha' d903 'yes' " // raw 16 of old MessagePack, str 8 of the new
            })
    void packetsOfAllKinds(String packet) throws Exception {
        broadcast(UID + packet + "82 a5 'rooms' 90 a5 'flags' 90");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                UID + PACKET + "91 a1 'a'", // options are no list
                UID + PACKET + "81 a5 'flags' 91 a8 'volatile'",
                UID + PACKET + "81 a5 'rooms' 80",
                UID + PACKET + "c0",
                UID + "90 80", // a packet without anything
                UID + "81 a4 'type' 02 80"
            })
    void whatIsNotEmptyStaysWhatItIs(String body) {
        assertThrows(MalformedMessageException.class, () -> CLASSIC.read("socket.io#/#", bytes(body)));
    }

    private static ClusterMessage request(String json) throws MalformedMessageException {
        return CLASSIC.read("socket.io-request#/#", Utf8.bytes(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[ \n]", "{}", "{\"rooms\":[],\"except\":null}", "{\"rooms\":null}"})
    void requestsForEveryone(String opts) throws Exception {
        assertEquals(
                new Join("", Target.ALL, Set.of("a")), request("{\"type\":2,\"opts\":" + opts + ",\"rooms\":[\"a\"]}"));
        assertEquals(new Disconnect("", Target.ALL, true), request("{\"type\":4,\"opts\":" + opts + ",\"close\":1}"));
        assertEquals(
                new Fetch("x", Target.ALL, "q"),
                request("{\"uid\":\"x\",\"type\":5,\"opts\":" + opts + ",\"requestId\":\"q\"}"));
        assertThrows(
                MalformedMessageException.class, () -> request("{\"type\":2,\"opts\":[\"rooms\"],\"rooms\":[\"a\"]}"));
    }

    @Test
    void shardedAndStreamsTakeEmptyListsForMapsToo() throws Exception {
        for (String opts : List.of("[]", "{\"rooms\":[],\"flags\":[]}", "{\"flags\":null}", "{\"flags\":[ ]}")) {
            String data = "{\"packet\":{\"type\":2,\"data\":[\"e\"]},\"opts\":" + opts + "}";
            String body = "{\"uid\":\"emitter\",\"nsp\":\"/\",\"type\":3,\"data\":" + data + "}";
            Broadcast sharded = (Broadcast) SHARDED.read("socket.io#/#", Utf8.bytes(body));
            assertEquals(Target.ALL, sharded.target());

            byte[] packed = MessagePackWriter.write(asMap(body));
            assertEquals(Target.ALL, ((Broadcast) SHARDED.read("socket.io#/#", packed)).target());

            assertEquals(Target.ALL, ((Broadcast) STREAMS.readEntry(entry(Utf8.bytes(data)))).target());
            byte[] base64 = Base64.getEncoder().encode(MessagePackWriter.write(asMap(data)));
            assertEquals(Target.ALL, ((Broadcast) STREAMS.readEntry(entry(base64))).target());
        }
        String flagged = "{\"uid\":\"emitter\",\"nsp\":\"/\",\"type\":3,\"data\":"
                + "{\"packet\":{\"type\":2,\"data\":[\"e\"]},\"opts\":{\"flags\":[1]}}}";
        assertThrows(MalformedMessageException.class, () -> SHARDED.read("socket.io#/#", Utf8.bytes(flagged)));
    }

    private static Map<?, ?> asMap(String json) throws MalformedMessageException {
        return (Map<?, ?>) PlainJson.read(json);
    }

    private static Map<String, byte[]> entry(byte[] data) {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        fields.put("uid", Utf8.bytes("emitter"));
        fields.put("nsp", Utf8.bytes("/"));
        fields.put("type", Utf8.bytes("3"));
        fields.put("data", data);
        return fields;
    }

    @Test
    void aServerThatTellsOfASocketWithEmptyLists() throws Exception {
        Fetched fetched = (Fetched) CLASSIC.read(
                "socket.io-response#/#",
                Utf8.bytes("{\"requestId\":\"q\",\"sockets\":[{\"id\":\"s\",\"handshake\":"
                        + "{\"headers\":[],\"query\":[],\"auth\":[]},\"rooms\":[],\"data\":[]}]}"));
        assertEquals("s", fetched.sockets().get(0).id());
        assertEquals(Map.of(), fetched.sockets().get(0).handshake().headers());
        assertEquals("[]", fetched.sockets().get(0).data().json());
    }

    /** An application's values are never changed: an empty list remains one. */
    @Test
    void argumentsStayWhatTheyAre() throws Exception {
        byte[] body = bytes(UID + "82 a4 'type' 02 a4 'data' 93 a1 'e' 90 80 82 a5 'rooms' 90 a5 'flags' 90");
        assertEquals(
                "[\"e\",[],{}]",
                ((Broadcast) CLASSIC.read("socket.io#/#", body)).event().json());
    }
}
