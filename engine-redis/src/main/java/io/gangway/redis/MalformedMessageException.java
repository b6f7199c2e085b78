package io.gangway.redis;

/** What came from Redis makes no sense as a message; says why, without repeating it. */
final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String why) {
        super(why);
    }

    MalformedMessageException(String why, Throwable cause) {
        super(why, cause);
    }
}
