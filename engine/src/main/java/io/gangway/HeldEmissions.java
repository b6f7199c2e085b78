package io.gangway;

import io.gangway.protocol.Emission;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The events emitted to a socket before its admission, in their order. Guarded by the socket's lock. */
final class HeldEmissions {
    /** Its frames are made at the admission, because its place in the history is not known before. */
    private record Held(Emission emission, long bytes) {}

    private final List<Held> events = new ArrayList<>();
    private long bytes;

    /** Keeps an event, in the place of the one that it replaces; false if more bytes wait now than may. */
    boolean add(Emission emission, long most) {
        Held held = new Held(emission, emission.bytes());
        bytes += held.bytes;
        String key = emission.delivery().key();
        for (int i = 0; key != null && i < events.size(); i++) {
            if (key.equals(events.get(i).emission.delivery().key())) {
                bytes -= events.set(i, held).bytes;
                return bytes <= most;
            }
        }
        events.add(held);
        return bytes <= most;
    }

    void forEach(Consumer<Emission> receiver) {
        events.forEach(held -> receiver.accept(held.emission));
    }
}
