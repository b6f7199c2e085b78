package io.gangway.recovery;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.cluster.Missed;
import io.gangway.protocol.Emission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An entry of the broker's history. Confined to one thread at a time. */
final class Arrival implements Happening {
    private final long place;
    private final Missed.Entry entry;
    private final Retrieval.Decoder decoder;
    private @Nullable Emission emission;

    Arrival(long place, Missed.Entry entry, Retrieval.Decoder decoder) {
        this.place = place;
        this.entry = entry;
        this.decoder = decoder;
    }

    @Override
    public long place() {
        return place;
    }

    @Override
    public String offset() {
        return entry.offset();
    }

    @Override
    public What what() {
        ClusterMessage message = entry.message();
        if (message instanceof Join) {
            return What.JOIN;
        }
        if (message instanceof Leave) {
            return What.LEAVE;
        }
        return message instanceof Broadcast ? What.EVENT : What.DISCONNECT;
    }

    /** Lossy events come only once. */
    @Override
    public boolean concerns(Session session, Set<String> in) {
        ClusterMessage message = entry.message();
        if (message instanceof Broadcast broadcast) {
            return !broadcast.lossy() && !broadcast.wantsAcks() && in(broadcast.target(), session, in);
        }
        if (message instanceof Join join) {
            return in(join.target(), session, in);
        }
        if (message instanceof Leave leave) {
            return in(leave.target(), session, in);
        }
        return message instanceof ClusterMessage.Disconnect disconnect && in(disconnect.target(), session, in);
    }

    private static boolean in(io.gangway.cluster.Target target, Session session, Set<String> in) {
        return new Target(target.rooms(), target.except(), null).contains(session, in);
    }

    @Override
    public Set<String> changed() {
        ClusterMessage message = entry.message();
        if (message instanceof Join join) {
            return join.rooms();
        }
        return message instanceof Leave leave ? leave.rooms() : Set.of();
    }

    @Override
    public @Nullable Emission emission() {
        Emission read = emission;
        if (read == null && entry.message() instanceof Broadcast broadcast) {
            read = decoder.emission(broadcast);
            if (read != null) {
                read.placeAt(entry.offset());
            }
            emission = read;
        }
        return read;
    }
}
