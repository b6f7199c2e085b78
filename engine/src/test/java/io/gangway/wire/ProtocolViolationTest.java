package io.gangway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.DisconnectedException;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Holdings;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who breaks the protocol is closed, cleanly and at once. Each test also makes sure that {@code disconnect} was told once,
 * that nothing was logged above INFO, and that another client noticed nothing.
 */
class ProtocolViolationTest {
    private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":0}";

    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    private Engine engine;
    private WireClient bystander;
    private WireClient client;

    @BeforeEach
    void start() {
        start(Duration.ofMinutes(1));
    }

    private void start(Duration attachmentsTimeout) {
        EngineBuilder builder = Engine.builder().port(0);
        builder.limits(limits -> limits.attachmentsTimeout(attachmentsTimeout));
        engine = builder.namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .on("values", (socket, arguments) -> Ack.of(arguments.values().toArray()))
                .on("leave", (socket, arguments) -> {
                    socket.disconnect();
                    return Ack.empty();
                })
                .onAny(event -> events.add(event.name()))
                .onDisconnect((socket, reason) -> reasons.add(reason))
                .namespace("/bystander")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .namespace("/slow")
                .intercept(new Interceptor() {
                    @Override
                    public Ack aroundConnect(Socket socket, Chain chain) {
                        return Ack.later(new CompletableFuture<>());
                    }
                })
                .start();
        bystander = WireClient.open(engine.port());
        bystander.joinNamespace("/bystander");
        client = WireClient.join(engine.port());
    }

    @AfterEach
    void nobodyElseNoticed() {
        bystander.send("42/bystander,7[\"echo\",1]").expect("43/bystander,7[1]");
        stop();
    }

    private void stop() {
        client.close();
        bystander.close();
        engine.close();
    }

    private void assertClosed(String... packets) throws InterruptedException {
        for (String packet : packets) {
            client.send(packet);
        }
        assertClosedNow();
    }

    private void assertClosedNow() throws InterruptedException {
        client.expect("closed 1002");
        assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(10, TimeUnit.SECONDS));
        Eventually.equal(1, () -> Holdings.of(engine).clients());
        assertEquals(0, reasons.size(), "disconnect was told more than once");
        assertEquals(0, events.size(), () -> "handled: " + events);
    }

    private void assertSurvives(String... packets) {
        for (String packet : packets) {
            client.send(packet);
        }
        assertAlive();
    }

    private void assertAlive() {
        client.send("421[\"echo\",\"still here\"]").expect("431[\"still here\"]");
        assertEquals(0, reasons.size());
    }

    // ---- packets

    @ParameterizedTest
    @ValueSource(
            strings = {"4", "47", "48", "49", "4a", "4-", "4 ", "4\"\"", "4[]", "4{}", "4\u0662[\"echo\"]", "4woooot"})
    void anUnknownPacketTypeEndsTheConnection(String packet) throws Exception {
        assertClosed(packet);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "42{}",
                "42[]",
                "42\"echo\"",
                "42null",
                "42[null]",
                "42[true]",
                "42[{}]",
                "42[[\"echo\"]]",
                "42[{\"a\":\"echo\"}]"
            })
    void anEventWithoutANameEndsTheConnection(String packet) throws Exception {
        assertClosed(packet);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
    void aReservedNameEndsTheConnection(String name) throws Exception {
        assertClosed("42[\"" + name + "\"]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "__proto__",
                "constructor",
                "error",
                "toString",
                "hasOwnProperty",
                "message",
                "exception",
                "",
                " ",
                "Connect",
                "\\u0000"
            })
    void anyOtherNameIsAPlainEvent(String name) {
        assertSurvives("42[\"" + name + "\"]");
        assertEquals(2, events.size());
    }

    @Test
    void aNumberIsAnEventsNameToo() throws Exception {
        assertSurvives("42[1]", "42[-7,\"x\"]", "42[1.5]");
        assertEquals("1", events.poll(10, TimeUnit.SECONDS));
        assertEquals("-7", events.poll(10, TimeUnit.SECONDS));
        assertEquals("1.5", events.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void anEventWithoutAPayloadIsNothing() {
        assertSurvives("42", "42/", "427");
        assertEquals(List.of("echo"), List.copyOf(events));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "['echo']",
                "[\"echo\",NaN]",
                "[\"echo\",-Infinity]",
                "[\"echo\",01]",
                "[\"echo\",-]",
                "[\"echo\",+1]",
                "[\"echo\",.5]",
                "[\"echo\",1.]",
                "[\"echo\",1e]",
                "[\"echo\",0x10]",
                "[\"echo\",]",
                "[\"echo\",,1]",
                "[,\"echo\"]",
                "[\"echo\";1]",
                "[\"echo\"//]\n]",
                "[\"echo\"/**/]",
                "[\"echo\"#]\n]",
                "[\"echo\",{a:1}]",
                "[\"echo\",{'a':1}]",
                "[\"echo\",{\"a\"=1}]",
                "[\"echo\",{\"a\"=>1}]",
                "[\"echo\",{\"a\":1,}]",
                "[\"echo\",{\"a\"}]",
                "[\"echo\",{1:1}]",
                "[\"echo\",word]",
                "[\"echo\",undefined]",
                "[\"echo\",tRue]",
                "[\"echo\",True]",
                "[\"echo\",nul]",
                "[\"echo\",\"\\x41\"]",
                "[\"echo\",\"\\u12g4\"]",
                "[\"echo\",\"\\'\"]",
                "[\"echo\",\"open]",
                "[\"echo\",\"open\\",
                "[\"echo\"",
                "[\"echo\",{\"a\":[1}]",
                "[\"echo\"]]",
                "[\"echo\"]x",
                "[\"echo\"] []",
                "[\"echo\"]\0",
                ")]}'\n[\"echo\"]",
                "\ufeff[\"echo\"]",
                " [\"echo\"]"
            })
    void jsonThatJavaScriptWouldNotParseEndsTheConnection(String json) throws Exception {
        assertClosed("42" + json);
    }

    @Test
    void aBareControlCharacterInAStringEndsTheConnection() throws Exception {
        for (int control = 0; control < ' '; control += 3) {
            assertClosed("42[\"echo\",\"" + (char) control + "\"]");
            client = WireClient.join(engine.port());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "{\"a\":1,\"a\":2}",
                "1e400",
                "-1e400",
                "1e-400",
                "[ 1 , { \"a\" : [ ] } ]",
                "-0",
                "0.1e+7",
                "9007199254740993",
                "\"\\u2028 \\/ \\b\\f\\n\\r\\t\\\\ \\\"\"",
                "{\"__proto__\":{\"polluted\":true}}",
                "{\"_placeholder\":true,\"num\":0}",
                "\"\u2028 < > & \u20ac \ud83d\ude00 \u007f\"",
                "{\"\":null}"
            })
    void whateverJavaScriptParsesIsAcceptedAndRelayedAsItCame(String json) {
        client.send("425[\"echo\"," + json + ",1]").expect("435[" + json + ",1]");
        assertAlive();
    }

    @Test
    void numbersOfAnySizeAreAcceptedAndDoNotThrowWhenRead() {
        client.send("420[\"echo\"," + "9".repeat(300) + "]").expect("430[" + "9".repeat(300) + "]");
        client.send("420[\"values\",1e400,-1e400,9223372036854775807,9223372036854775808,1.0]")
                .expect("430[null,null,9223372036854775807,9.223372036854776E18,1.0]");
    }

    // ---- depth and size

    @ParameterizedTest
    @ValueSource(ints = {200, 254})
    void deepJsonIsAcceptedAndRelayed(int depth) {
        String deep = "[".repeat(depth) + "]".repeat(depth);
        client.send("420[\"echo\"," + deep + "]").expect("430[" + deep + "]");
        client.send("421[\"values\"," + deep + "]").expect("431[" + deep + "]");
        String objects = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
        client.send("422[\"values\"," + objects + "]").expect("432[" + objects + "]");
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 300, 5_000, 100_000})
    void deeperJsonEndsTheConnection(int depth) throws Exception {
        assertClosed("420[\"echo\"," + "[".repeat(depth) + "]".repeat(depth) + "]");
        client = WireClient.join(engine.port());
        assertClosed("420[\"echo\"," + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "]");
    }

    @Test
    void jsonThatIsAllStructureIsHandledByEightClientsAtOnce() {
        String bomb = "42[\"values\"" + ",[[],{}]".repeat(120_000) + "]";
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(WireClient.join(engine.port()));
        }
        clients.forEach(each -> each.send(bomb).send("429[\"echo\",\"done\"]"));
        clients.forEach(each -> {
            assertEquals("439[\"done\"]", each.next(Duration.ofMinutes(1)));
            each.close();
        });
        Eventually.equal(8, reasons::size);
        reasons.clear();
    }

    // ---- acks

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "1.5",
                "1e3",
                "123456789012345678901",
                "9007199254740992",
                " 1",
                "1 ",
                "+1",
                "0x1",
                "\u0661",
                "\uff11"
            })
    void anAckIdThatIsNoneEndsTheConnection(String id) throws Exception {
        assertClosed("42" + id + "[\"echo\"]");
        client = WireClient.join(engine.port());
        assertClosed("43" + id + "[]");
    }

    @Test
    void anAckIdOfAThousandDigitsEndsTheConnection() throws Exception {
        assertClosed("42" + "1".repeat(1000) + "[\"echo\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "9007199254740991"})
    void anAckIdUpToJavaScriptsLargestIntegerComesBack(String id) {
        client.send("42" + id + "[\"echo\"]").expect("43" + id + "[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"43[]", "43", "437[]", "437", "439007199254740991[1,2]", "43/,5[]", "430[\"a\",{\"b\":[]}]"})
    void anAckThatNobodyAwaitsIsIgnored(String ack) {
        assertSurvives(ack, ack);
    }

    @ParameterizedTest
    @ValueSource(strings = {"430{}", "430\"x\"", "430null", "430[", "430[1,]", "43{}", "430[]x"})
    void anAckThatIsNoArrayEndsTheConnectionThoughNobodyAwaitsIt(String ack) throws Exception {
        assertClosed(ack);
    }

    @Test
    void anAckThatIsNoArrayEndsTheConnectionAlsoIfItIsAwaited() throws Exception {
        CompletableFuture<Arguments> answer =
                engine.namespace("/").sockets().iterator().next().emitWithAck("question");
        client.expect("420[\"question\"]");
        assertClosed("430{\"a\":1}");
        assertEquals(
                DisconnectedException.class,
                answer.handle((value, thrown) -> thrown.getClass()).get(10, TimeUnit.SECONDS));
    }

    // ---- attachments

    @ParameterizedTest
    @ValueSource(
            strings = {
                "45",
                "45-",
                "45-1-[\"echo\"]",
                "45 1-[\"echo\"]",
                "451e1-[\"echo\"]",
                "450-[\"echo\"]",
                "4511-[\"echo\"]",
                "455",
                "4551",
                "455a-",
                "4551.23-",
                "45woooot",
                "45[\"echo\"]",
                "451[\"echo\"]",
                "45\u0661-[\"echo\"]",
                "451000000000-[\"echo\"]",
                "4599999999999999999999-[\"echo\"]",
                "46",
                "460-[]",
                "4611-[]",
                "46[]"
            })
    void anIllegalNumberOfAttachmentsEndsTheConnection(String packet) throws Exception {
        assertClosed(packet);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"_placeholder\":true,\"num\":1}",
                "{\"_placeholder\":true,\"num\":-1}",
                "{\"_placeholder\":true,\"num\":\"0\"}",
                "{\"_placeholder\":true,\"num\":null}",
                "{\"_placeholder\":true,\"num\":[0]}",
                "{\"_placeholder\":true}",
                "{\"_placeholder\":true,\"num\":1e400}",
                "{\"_placeholder\":true,\"num\":4294967296}",
                "{\"_placeholder\":true,\"num\":0.5}",
                "{\"_placeholder\":true,\"num\":true}",
                "{\"num\":7,\"_placeholder\":true}",
                "{\"deep\":[{\"_placeholder\":true,\"num\":2}]}"
            })
    void aPlaceholderThatNamesNoAttachmentEndsTheConnection(String placeholder) throws Exception {
        client.send("451-[\"echo\"," + placeholder + "]").send(new byte[] {1});
        assertClosedNow();
    }

    @Test
    void anAttachmentMayBeNamedTwiceOrNotAtAll() {
        client.send("451-0[\"values\"," + PLACEHOLDER + "," + PLACEHOLDER + "]").send(new byte[] {1, 2});
        client.expect("462-0[" + PLACEHOLDER + ",{\"_placeholder\":true,\"num\":1}]", "binary 0102", "binary 0102");
        client.send("451-1[\"values\",\"unused\"]").send(new byte[] {1, 2}).expect("431[\"unused\"]");
        assertAlive();
    }

    @Test
    void whatMerelyLooksLikeAPlaceholderIsData() {
        client.send("420[\"values\"," + PLACEHOLDER + "]").expect("430[" + PLACEHOLDER + "]");
        client.send("451-1[\"values\",{\"_placeholder\":1,\"num\":0}," + PLACEHOLDER + "]")
                .send(new byte[] {3});
        client.expect("461-1[{\"_placeholder\":1,\"num\":0}," + PLACEHOLDER + "]", "binary 03");
    }

    @Test
    void textWhereAnAttachmentWasAnnouncedEndsTheConnection() throws Exception {
        assertClosed("451-[\"echo\"," + PLACEHOLDER + "]", "42[\"echo\"]");
    }

    @Test
    void evenALeaveWhereAnAttachmentWasAnnouncedEndsTheConnection() throws Exception {
        assertClosed("451-[\"echo\"," + PLACEHOLDER + "]", "41");
    }

    @Test
    void binaryThatWasNotAnnouncedEndsTheConnection() throws Exception {
        client.send(new byte[] {1});
        assertClosedNow();
    }

    @Test
    void oneAttachmentTooManyEndsTheConnection() throws Exception {
        client.send("451-0[\"echo\"," + PLACEHOLDER + "]").send(new byte[] {1});
        client.expect("461-0[" + PLACEHOLDER + "]", "binary 01");
        events.clear();
        client.send(new byte[] {2});
        assertClosedNow();
    }

    @Test
    void attachmentsThatAreAnnouncedAndDoNotComeEndTheConnection() throws Exception {
        stop();
        assertTrue(reasons.poll(10, TimeUnit.SECONDS) != null, "the first client's disconnect was not told");
        start(Duration.ofMillis(500));
        client.send("452-[\"echo\"," + PLACEHOLDER + "]").send(new byte[1000]);
        assertClosedNow();
    }

    @Test
    void attachmentsThatComeInTimeLeaveNoTimer() {
        int timers = Eventually.settles(() -> Holdings.of(engine).timers());
        for (int i = 0; i < 10; i++) {
            client.send("451-[\"values\"," + PLACEHOLDER + "]").send(new byte[] {1});
        }
        assertAlive();
        Eventually.equal(timers, () -> Holdings.of(engine).timers());
    }

    @Test
    void aClientThatGoesBetweenItsAttachmentsLeavesNothing() {
        client.send("452-[\"echo\"," + PLACEHOLDER + "]").send(new byte[1000]);
        client.abort();
        Eventually.equal(1, reasons::size);
        Eventually.equal(1, () -> Holdings.of(engine).clients());
        bystander.close();
        Eventually.equal(Holdings.NONE, () -> Holdings.of(engine));
        bystander = WireClient.open(engine.port());
        bystander.joinNamespace("/bystander");
    }

    // ---- who is not there

    @Test
    void aSecondConnectToTheSameNamespaceEndsTheConnection() throws Exception {
        assertClosed("40");
    }

    @Test
    void aSecondConnectBeforeTheFirstOnesVerdictEndsTheConnection() throws Exception {
        assertClosed("40/slow,", "40/slow,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "40[]",
                "40\"x\"",
                "40null",
                "40true",
                "40{",
                "40{\"token\":",
                "40{} {}",
                "40{\"a\":NaN}",
                "40{a:1}",
                "40{\"a\":1,}",
                "40,",
                "40x",
                "40/bystander,[]",
                "40/bystander,\"x\"",
                "40/bystander,null",
                "40/bystander,{"
            })
    void anAuthPayloadThatIsNoObjectEndsTheConnection(String packet) {
        WireClient fresh = WireClient.open(engine.port());
        fresh.send(packet).expect("closed 1002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42[\"echo\"]", "420[\"echo\"]", "430[]", "41", "451-[\"echo\"]", "44{\"message\":\"x\"}"})
    void whateverComesBeforeAConnectEndsTheConnection(String packet) {
        WireClient fresh = WireClient.open(engine.port());
        fresh.send(packet).expect("closed 1002");
        assertEquals(0, events.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "42/bystander,[\"echo\"]",
                "430/bystander,[]",
                "43/bystander,0[]",
                "41/bystander,",
                "42/unknown,[\"echo\"]",
                "451-/bystander,[\"echo\"]"
            })
    void aPacketForANamespaceThatWasNotJoinedEndsTheConnection(String packet) throws Exception {
        assertClosed(packet);
    }

    @Test
    void aPacketForANamespaceThatTheClientHasLeftEndsTheConnection() throws Exception {
        client.joinNamespace("/bystander");
        client.send("41/bystander,");
        assertClosed("42/bystander,[\"echo\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"41{}", "41\"x\"", "41[]", "41x"})
    void aDisconnectWithAPayloadEndsTheConnection(String packet) throws Exception {
        assertClosed(packet);
    }

    @ParameterizedTest
    @ValueSource(strings = {"44", "44{}", "44{\"message\":\"x\"}", "44\"x\"", "44/bystander,{\"message\":\"x\"}"})
    void aConnectErrorFromAClientEndsTheConnection(String packet) throws Exception {
        assertClosed(packet);
    }

    @Test
    void whatComesAfterTheServerTookTheNamespaceAwayIsIgnored() {
        client.joinNamespace("/bystander");
        client.send("42[\"leave\"]").expect("41");
        client.send("42[\"late\"]").send("42{}").send("430[]").send("451-[\"late\"," + PLACEHOLDER + "]");
        client.send(new byte[] {1}).send("41");
        client.send("42/bystander,0[\"echo\",\"still here\"]").expect("43/bystander,0[\"still here\"]");
        assertEquals(List.of("leave"), List.copyOf(events));
        assertEquals(List.of(DisconnectReason.SERVER_NAMESPACE_DISCONNECT), List.copyOf(reasons));
    }

    @Test
    void anEventHalfReceivedWhenItsNamespaceIsTakenAwayIsIgnored() {
        client.joinNamespace("/bystander");
        client.send("42[\"leave\"]").send("451-[\"late\"," + PLACEHOLDER + "]").expect("41");
        client.send(new byte[] {1});
        client.send("42/bystander,0[\"echo\",\"still here\"]").expect("43/bystander,0[\"still here\"]");
        assertEquals(List.of("leave"), List.copyOf(events));
    }

    @Test
    void theNamespaceMayBeJoinedAgainAfterTheServerTookItAway() throws Exception {
        client.send("42[\"leave\"]").expect("41");
        assertEquals(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, reasons.poll(10, TimeUnit.SECONDS));
        client.joinNamespace("/");
        assertAlive();
    }

    // ---- names of namespaces

    @Test
    void aLongNameIsRefusedAndALongerOneEndsTheConnection() throws Exception {
        String longest = "/" + "n".repeat(1023);
        client.send("40" + longest + ",").expect("44" + longest + ",{\"message\":\"Invalid namespace\"}");
        assertAlive();
        events.clear();
        assertClosed("40" + longest + "n,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a?token=secret",
                "/\r\nInjected: yes",
                "/\u00fcn\u00efcode \ud83d\ude00",
                "/ ",
                "/a/b/../c",
                "//"
            })
    void anOddNameIsRefusedAndNamedInTheRefusal(String name) {
        client.send("40" + name + ",").expect("44" + name + ",{\"message\":\"Invalid namespace\"}");
        assertAlive();
    }

    @Test
    void theCommaBehindANameMayBeMissing() {
        client.send("40/bystander");
        client.expectConnected();
        client.send("40/unknown").expect("44/unknown,{\"message\":\"Invalid namespace\"}");
    }

    // ---- on polling

    @Test
    void onPollingTheNextPollEndsWithTheClosePacket() throws Exception {
        for (String violation : List.of("40", "42{}", "4abc", "42[\"disconnect\"]", "bAQID", "45woooot", "44{}")) {
            PollingClient polling = PollingClient.join(engine.port());
            polling.tryPost(violation);
            assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(10, TimeUnit.SECONDS), violation);
            assertEquals("1", polling.poll(), violation);
            assertEquals(400, PollingClient.send(polling.request()).statusCode(), violation);
            assertEquals(0, events.size());
        }
    }

    @Test
    void onPollingAPollThatWaitsIsAnsweredWithTheClosePacket() throws Exception {
        PollingClient polling = PollingClient.join(engine.port());
        CompletableFuture<HttpResponse<String>> waiting = polling.pollAsync();
        Eventually.holds(
                "the poll waits",
                () -> engine.namespace("/").sockets().stream()
                        .anyMatch(socket -> socket.transport().equals("polling") && socket.isWritable()));
        polling.tryPost("42{}");
        assertEquals("1", PollingClient.shown(waiting.get().body()));
        assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void onPollingWhatWasSentBeforeTheViolationStillArrives() throws Exception {
        int others = engine.namespace("/").sockets().size();
        PollingClient polling = PollingClient.open(engine.port());
        polling.post("40");
        Eventually.equal(others + 1, () -> engine.namespace("/").sockets().size());
        polling.tryPost("40");
        assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(10, TimeUnit.SECONDS));
        String payload = polling.poll();
        assertTrue(payload.matches("40\\{\"sid\":\"[\\w-]{20}\"}"), payload);
        assertEquals("1", polling.poll());
    }

    @Test
    void aViolationLeavesNothingOfTheSession() throws Exception {
        assertClosed("42{}");
        bystander.close();
        Eventually.equal(Holdings.NONE, () -> Holdings.of(engine));
        bystander = WireClient.open(engine.port());
        bystander.joinNamespace("/bystander");
    }
}
