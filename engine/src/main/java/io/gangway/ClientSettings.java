package io.gangway;

import io.gangway.tasks.Mailbox;

/**
 * The settings of an engine's clients.
 *
 * @param codecs the codecs from which a client's first message selects
 * @param limits the timeouts and size limits of a client
 * @param mailbox how much of a client's data may wait for its handlers
 */
record ClientSettings(Codecs codecs, Limits limits, Mailbox.Limits mailbox) {
    ClientSettings(Codecs codecs, Limits limits) {
        this(codecs, limits, new Mailbox.Limits(limits.maxQueuedEvents(), limits.maxQueuedBytes()));
    }
}
