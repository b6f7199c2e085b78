package io.gangway.redis.wire;

import static io.gangway.redis.wire.Same.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ClientAck;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterMessage.ServerReply;
import io.gangway.cluster.Payload;
import io.gangway.cluster.Target;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Encoded messages keep the rules of Node.js servers, and a Java node decodes them to what was sent. */
class OutgoingTest {
    @Test
    void leavesInAFormThatNodeServersSurvive() throws Exception {
        for (String namespace : List.of("/", "/admin", "/[x]*\"\\é😀", "/notifications")) {
            for (WireFormat format : Messages.formats(namespace, Messages.NODE)) {
                for (ClusterMessage message : Messages.said()) {
                    check(format.publish(message), message);
                }
                for (ClusterMessage.Response answer : Messages.answers()) {
                    check(format.respond(Messages.OTHER, answer), answer);
                }
                if (format instanceof ClassicFormat) {
                    check(format.respond(Messages.OTHER, Messages.ROOMS), Messages.ROOMS);
                }
            }
        }
    }

    @Test
    void isReadByAnotherNodeAsItWasMeant() throws Exception {
        List<WireFormat> senders = Messages.formats("/n", Messages.NODE);
        List<WireFormat> receivers = Messages.formats("/n", Messages.OTHER);
        for (int i = 0; i < senders.size(); i++) {
            for (ClusterMessage message : Messages.said()) {
                OutgoingMessage outgoing = senders.get(i).publish(message);
                assertEquals(outgoing.destination(), senders.get(i).destination(message), () -> "of " + message);
                ClusterMessage read = read(receivers.get(i), outgoing);
                if (message instanceof ClusterMessage.ListRooms list && !(senders.get(i) instanceof ClassicFormat)) {
                    assertEquals(Target.ALL, ((ClusterMessage.Fetch) read).target());
                } else {
                    assertSame(parts(message), parts(read), message);
                }
                assertEquals(null, read(senders.get(i), outgoing), "own " + message);
            }
            for (ClusterMessage.Response answer : Messages.answers()) {
                OutgoingMessage outgoing = senders.get(i).respond(Messages.OTHER, answer);
                assertSame(parts(answer), parts(read(receivers.get(i), outgoing)), answer);
            }
        }
    }

    @Test
    void asksForSocketsWhereRoomsCannotBeAskedFor() throws Exception {
        WireFormat asker = new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", Messages.NODE);
        WireFormat asked = new ShardedFormat(ShardedFormat.Options.DEFAULT, "/", Messages.OTHER);
        var question = (ClusterMessage.Fetch)
                read(asked, asker.publish(new ClusterMessage.ListRooms(Messages.NODE, Messages.REQUEST)));
        OutgoingMessage answer = asked.respond(
                Messages.NODE,
                new ClusterMessage.Fetched(
                        Messages.OTHER,
                        question.requestId(),
                        List.of(
                                Messages.socket("a", new ValuePayload(null)),
                                Messages.socket("b", new ValuePayload(null)))));
        assertEquals(
                new ClusterMessage.RoomsListed(Messages.OTHER, Messages.REQUEST, Set.of("a", "b", "room")),
                read(asker, answer));
    }

    @Test
    void neverLeavesIfItIsNoEvent() {
        List<Payload> noEvents = new ArrayList<>();
        for (String json : List.of(
                "",
                " ",
                "null",
                "[]",
                " [ ] ",
                "{}",
                "\"a\"",
                "1",
                "[",
                "[\"a\"",
                "[\"a\"],[1]",
                "[\"a\"],\"opts\":null",
                "[\"a\"]}",
                "[\"a]",
                "[\"a\"]]",
                "]")) {
            noEvents.add(TextPayload.unchecked(json));
        }
        for (Object value : Arrays.asList(null, "a", Map.of(), List.of(), 1L, new byte[1])) {
            noEvents.add(new ValuePayload(value));
        }
        noEvents.add(new ValuePayload(List.of("a", new Date(0))));
        noEvents.add(new ValuePayload(List.of("a", new byte[1], new Date(0))));
        for (WireFormat format : Messages.formats("/", Messages.NODE)) {
            for (Payload payload : noEvents) {
                assertRefused(format, new Broadcast(Messages.NODE, Target.ALL, payload, false, "", Duration.ZERO));
                assertRefused(
                        format,
                        new Broadcast(
                                Messages.NODE, Target.ALL, payload, false, Messages.REQUEST, Duration.ofSeconds(1)));
                assertRefused(format, new ServerEvent(Messages.NODE, payload, ""));
            }
        }
    }

    @Test
    void neverLeavesIfItsValueIsNone() {
        for (WireFormat format : Messages.formats("/", Messages.NODE)) {
            for (String json : List.of("", "1,2", "1],[2", "{", "\"", "nul\"")) {
                Payload value = TextPayload.unchecked(json);
                assertThrows(
                        IllegalArgumentException.class,
                        () -> format.respond(Messages.OTHER, new ServerReply(Messages.NODE, Messages.REQUEST, value)),
                        json);
                assertThrows(
                        IllegalArgumentException.class,
                        () -> format.respond(Messages.OTHER, new ClientAck(Messages.NODE, Messages.REQUEST, value)),
                        json);
            }
        }
    }

    @Test
    void isRefusedWithTheNameOfWhatCannotBeWritten() {
        WireFormat format = new ClassicFormat(ClassicFormat.Options.DEFAULT, "/", Messages.NODE);
        Payload date = new ValuePayload(List.of("a", new Date(0)));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> format.publish(new Broadcast(Messages.NODE, Target.ALL, date, false, "", Duration.ZERO)))
                .getMessage();
        assertTrue(message.startsWith("cannot send java.util.Date \"Thu Jan 01"), message);
    }

    private static void assertRefused(WireFormat format, ClusterMessage message) {
        assertThrows(IllegalArgumentException.class, () -> format.publish(message), message + " in " + format);
    }

    private static void check(OutgoingMessage outgoing, ClusterMessage message) {
        try {
            NodeRules.check(outgoing);
        } catch (Exception | AssertionError broken) {
            fail(message + " left as " + outgoing, broken);
        }
    }

    private static ClusterMessage read(WireFormat format, OutgoingMessage outgoing) throws MalformedMessageException {
        return outgoing instanceof OutgoingMessage.Append add
                ? ((StreamsFormat) format).readEntry(add.fields())
                : format.read(
                        ((OutgoingMessage.Publish) outgoing).channel(), ((OutgoingMessage.Publish) outgoing).body());
    }

    /** Everything in a message as plain values, with text as UTF-8 can carry it. */
    private static Object parts(Object message) throws ReflectiveOperationException {
        if (message instanceof Payload payload) {
            return repaired(payload.value());
        }
        if (message instanceof Record) {
            List<Object> parts = new ArrayList<>();
            parts.add(message.getClass().getName());
            for (RecordComponent component : message.getClass().getRecordComponents()) {
                parts.add(parts(component.getAccessor().invoke(message)));
            }
            return parts;
        }
        if (message instanceof List<?> list) {
            List<Object> parts = new ArrayList<>();
            for (Object each : list) {
                parts.add(parts(each));
            }
            return parts;
        }
        return message instanceof Set<?> set
                ? List.copyOf(new TreeSet<>(
                        set.stream().map(each -> (String) repaired(each)).toList()))
                : message instanceof Duration || message instanceof Instant ? message.toString() : repaired(message);
    }

    private static Object repaired(Object value) {
        if (value instanceof String text) {
            return Utf8.text(Utf8.bytes(text));
        }
        if (value instanceof List<?> list) {
            List<Object> repaired = new ArrayList<>();
            list.forEach(each -> repaired.add(repaired(each)));
            return repaired;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> repaired = new LinkedHashMap<>();
            map.forEach((name, each) -> repaired.put((String) repaired(name), repaired(each)));
            return repaired;
        }
        return value;
    }
}
