package io.gangway.connection;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The clients that hold at least a step. Thread-safe. */
final class Holders {
    /** For how many ticks what a client holds counts as being released after its connection was ended. */
    private static final int TICKS_TO_LEAVE = 20;

    private final Set<Tally> clients = ConcurrentHashMap.newKeySet();

    /** Lists a client that holds something, and takes off one that holds nothing. */
    void list(Tally client, int now) {
        if (client.heldBytes() > 0) {
            client.getsOn(now);
            clients.add(client);
        } else {
            clients.remove(client);
        }
        // Of two threads the slower may have come last.
        if (client.heldBytes() > 0) {
            clients.add(client);
        } else {
            clients.remove(client);
        }
    }

    /** The bytes that are being released because their clients have been cut. */
    long leaving(int now) {
        long leaving = 0;
        for (Tally client : clients) {
            if (client.isCut() && client.age(now) < TICKS_TO_LEAVE) {
                leaving += client.heldBytes();
            }
        }
        return leaving;
    }

    /** Calls the action with each client that has not been cut. */
    void forEachNotCut(Consumer<Tally> action) {
        for (Tally client : clients) {
            if (!client.isCut()) {
                action.accept(client);
            }
        }
    }
}
