package io.gangway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Not all nodes of the cluster have answered; carries the answers received.
 *
 * <p>Its cause is an {@link io.gangway.cluster.ClusterUnavailableException} if the other nodes cannot be reached at
 * all. A handler may let it propagate: the client is told that servers are missing, but not their addresses; the log
 * has the cause.
 */
public final class PartialResultException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient List<?> partial;
    /** How many nodes have not answered. */
    private final int missingNodes;

    /** No generic types in the signature: see GuessedConstructorTest. */
    PartialResultException(String message, Object[] partial, int missingNodes, @Nullable Throwable cause) {
        super(message, null, cause);
        this.partial = List.of(partial);
        this.missingNodes = missingNodes;
    }

    /** @param why only for the log, because it may contain hosts and ports */
    static PartialResultException unreachable(List<?> partial, int missingNodes, Throwable why) {
        return new PartialResultException("The other servers cannot be reached", partial.toArray(), missingNodes, why);
    }

    /**
     * {@return the results received, including this node's own}
     *
     * @param <T> the type of the results
     * @param type the element type of the complete result, such as {@code RemoteSocket.class}
     * @throws ClassCastException if the elements are of another type
     */
    public <T> List<T> partial(Class<T> type) {
        return partial.stream().<T>map(type::cast).toList();
    }

    /** {@return how many nodes have not answered; 1 if unknown} */
    public int missingNodes() {
        return missingNodes;
    }
}
