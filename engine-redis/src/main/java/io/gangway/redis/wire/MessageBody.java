package io.gangway.redis.wire;

/** The body of a message, as it came. */
final class MessageBody {
    private MessageBody() {}

    /** The fields of the one map that a body is: JSON if it begins like it, else MessagePack. */
    static Fields fields(byte[] body) throws MalformedMessageException {
        if (body.length > 0 && body[0] == '{') {
            return JsonFields.read(Utf8.text(body));
        }
        return Fields.MapFields.of(MessagePackReader.read(body), "the message");
    }
}
