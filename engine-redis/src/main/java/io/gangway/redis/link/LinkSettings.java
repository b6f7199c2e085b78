package io.gangway.redis.link;

import io.gangway.redis.wire.WireFormat;
import java.time.Duration;

/**
 * The settings of a {@link ClusterLink}.
 *
 * @param name the URL of the Redis without credentials, for logs
 * @param formats makes a namespace's wire format
 * @param offlineMessages how many messages are queued at most while Redis is unreachable
 * @param offlineAge how long a message is queued at most
 * @param pingInterval between two pings on a silent connection; twice as long without a reply ends it
 * @param maxLen about how many entries a stream keeps
 * @param readCount how many entries are read from a stream at once
 * @param sessionPrefix of the keys under which sessions are kept
 * @param block how long a read of a stream waits for an entry
 */
public record LinkSettings(
        String name,
        WireFormat.Factory formats,
        int offlineMessages,
        Duration offlineAge,
        Duration pingInterval,
        long maxLen,
        int readCount,
        String sessionPrefix,
        Duration block) {}
