package io.gangway.redis.wire;

import java.time.Instant;

/** Reads MessagePack, but keeps dates and numbers that JSON cannot express. */
public final class ExactReader extends MessagePackReader {
    private ExactReader(byte[] body) {
        super(body);
    }

    public static Object readExactly(byte[] body) throws MalformedMessageException {
        return new ExactReader(body).whole();
    }

    @Override
    public Object date(long epochSecond, int nanos) {
        return Instant.ofEpochSecond(epochSecond, nanos);
    }

    @Override
    public Object number(double value) {
        return value;
    }
}
