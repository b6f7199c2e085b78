package io.gangway.redis.wire;

/** A message that was received is invalid. The exception says why, and quotes nothing of the message. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String why) {
        super(why);
    }

    public MalformedMessageException(String why, Throwable cause) {
        super(why, cause);
    }
}
