package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Payloads that are events: lists that begin with the name of the event. */
final class EventPayloads {
    private static final String NOT_AN_EVENT = "an event must be a list that begins with the name of the event";

    private EventPayloads() {}

    static Payload checked(Payload event) throws MalformedMessageException {
        if (isEvent(event.value())) {
            return event;
        }
        throw new MalformedMessageException(NOT_AN_EVENT);
    }

    static Payload ofValue(@Nullable Object value) throws MalformedMessageException {
        if (isEvent(value)) {
            return new ValuePayload(value);
        }
        throw new MalformedMessageException(NOT_AN_EVENT);
    }

    /** An event in JSON, of which only the beginning is checked. */
    static Payload ofText(String json) throws MalformedMessageException {
        if (isEvent(json)) {
            return TextPayload.unchecked(json);
        }
        throw new MalformedMessageException(NOT_AN_EVENT);
    }

    /** The event, to be written as JSON. */
    static Payload toText(Payload event) {
        if (event.hasBinary() ? isEvent(event.value()) : isEvent(event.json())) {
            return event;
        }
        throw new IllegalArgumentException(NOT_AN_EVENT + "; it is " + event);
    }

    /** The event, to be written as MessagePack. */
    static Payload toValue(Payload event) {
        if (isEvent(event.value())) {
            return event;
        }
        throw new IllegalArgumentException(NOT_AN_EVENT + "; it is " + event);
    }

    private static boolean isEvent(@Nullable Object value) {
        return value instanceof List<?> list && !list.isEmpty();
    }

    private static boolean isEvent(String json) {
        int at = firstOf(json, 0);
        if (at == json.length() || json.charAt(at) != '[') {
            return false;
        }
        int name = firstOf(json, at + 1);
        return name < json.length() && json.charAt(name) != ']';
    }

    private static int firstOf(String json, int from) {
        int at = from;
        while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }
}
