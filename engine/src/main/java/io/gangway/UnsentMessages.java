package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.logs.SparingLog;
import java.util.function.BiConsumer;
import org.slf4j.LoggerFactory;

/** Logs messages of one namespace that cannot be encoded for the other nodes; the backend counts all that it cannot send. */
record UnsentMessages(LocalNamespace namespace) implements BiConsumer<ClusterMessage, Throwable> {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(UnsentMessages.class));

    @Override
    public void accept(ClusterMessage message, Throwable cause) {
        if (cause instanceof IllegalArgumentException || cause instanceof Error) {
            sparing.error(
                    cause,
                    "cannot encode a {} of {} for the other nodes; only this node's clients received it",
                    message.getClass().getSimpleName(),
                    namespace);
        }
    }
}
