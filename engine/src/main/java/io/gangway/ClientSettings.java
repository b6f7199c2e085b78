package io.gangway;

import io.gangway.tasks.Mailbox;

/**
 * What the clients of one engine have in common.
 *
 * @param codecs the first message of each decides
 * @param limits how long is waited for one, and how much is taken of it
 * @param mailbox how much of one may wait to be handled
 */
record ClientSettings(Codecs codecs, Limits limits, Mailbox.Limits mailbox) {
    ClientSettings(Codecs codecs, Limits limits) {
        this(codecs, limits, new Mailbox.Limits(limits.maxQueuedEvents(), limits.maxQueuedBytes()));
    }
}
