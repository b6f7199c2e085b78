package io.gangway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Not all nodes of the cluster have answered; what those said that did is here.
 *
 * <p>Its cause is an {@link io.gangway.cluster.ClusterUnavailableException} if the other nodes cannot be reached at all. A
 * handler may let it go on to the client, which is told that servers are missing, and nothing of where they are; the log has
 * the cause.
 */
public final class PartialResultException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient List<?> partial;
    private final int missingNodes;

    /** Names no generic type: see GuessedConstructorTest. */
    PartialResultException(String message, Object[] partial, int missingNodes, @Nullable Throwable cause) {
        super(message, null, cause);
        this.partial = List.of(partial);
        this.missingNodes = missingNodes;
    }

    /** @param why stays in the log: it may tell of hosts and ports */
    static PartialResultException unreachable(List<?> partial, int missingNodes, Throwable why) {
        return new PartialResultException("The other servers cannot be reached", partial.toArray(), missingNodes, why);
    }

    /**
     * What has come, this node's own part included.
     *
     * @param type what the result would have been a list, or a set, of: {@code RemoteSocket.class}, say
     * @throws ClassCastException if it is another type
     */
    public <T> List<T> partial(Class<T> type) {
        return partial.stream().<T>map(type::cast).toList();
    }

    /** How many nodes have not answered; 1 if that cannot be told. */
    public int missingNodes() {
        return missingNodes;
    }
}
