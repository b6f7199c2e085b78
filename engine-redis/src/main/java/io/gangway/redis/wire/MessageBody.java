package io.gangway.redis.wire;

/** Decodes the body of a message that is one map. */
final class MessageBody {
    private MessageBody() {}

    /** The fields of the map: from JSON if the body starts with a brace, else from MessagePack. */
    static Fields fields(byte[] body) throws MalformedMessageException {
        if (body.length > 0 && body[0] == '{') {
            return JsonFields.read(Utf8.text(body));
        }
        return Fields.MapFields.of(MessagePackReader.read(body), "the message");
    }
}
