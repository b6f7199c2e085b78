package io.gangway;

/** Is told of clients that could not connect. */
@FunctionalInterface
public interface RefusalListener {
    /**
     * A client has been refused. Called on the thread that reads requests: must not block. An exception is logged.
     *
     * @param refused the client and the reason
     */
    void onRefused(RefusedHandshake refused);
}
