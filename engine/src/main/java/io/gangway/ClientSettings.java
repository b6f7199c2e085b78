package io.gangway;

import io.gangway.tasks.Mailbox;

/**
 * The settings of an engine's clients.
 *
 * @param codecs the codecs, one of which a client selects by its first message
 * @param limits the timeouts and size limits of a client
 * @param mailbox how many events of a client, and of what size, may wait for their handlers
 */
record ClientSettings(Codecs codecs, Limits limits, Mailbox.Limits mailbox) {
    ClientSettings(Codecs codecs, Limits limits) {
        this(codecs, limits, new Mailbox.Limits(limits.maxQueuedEvents(), limits.maxQueuedBytes()));
    }
}
