package io.gangway.protocol;

import java.util.Set;

/** The event names reserved by Socket.IO: refused from clients and from applications. */
public final class EventNames {
    /** socket.io-parser 4.2, RESERVED_EVENTS. */
    private static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private EventNames() {}

    public static boolean isReserved(String name) {
        return RESERVED.contains(name);
    }
}
