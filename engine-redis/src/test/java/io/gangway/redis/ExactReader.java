package io.gangway.redis;

import java.time.Instant;

/** Reads MessagePack without making of dates and numbers what JSON can express. */
final class ExactReader extends MessagePackReader {
    private ExactReader(byte[] body) {
        super(body);
    }

    static Object readExactly(byte[] body) throws MalformedMessageException {
        return new ExactReader(body).whole();
    }

    @Override
    Object date(long epochSecond, int nanos) {
        return Instant.ofEpochSecond(epochSecond, nanos);
    }

    @Override
    Object number(double value) {
        return value;
    }
}
