package io.gangway.redis.wire;

/** What came from Redis makes no sense as a message; says why, without repeating it. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String why) {
        super(why);
    }

    public MalformedMessageException(String why, Throwable cause) {
        super(why, cause);
    }
}
