package io.gangway.cluster;

/** The other nodes are unreachable: a message or request to them was not sent. */
public final class ClusterUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An outage.
     *
     * @param message what cannot be reached
     */
    public ClusterUnavailableException(String message) {
        super(message);
    }

    /**
     * An outage with a known cause.
     *
     * @param message what cannot be reached
     * @param cause why
     */
    public ClusterUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
