package io.gangway;

import io.gangway.ids.RandomId;
import io.gangway.recovery.Recollection;
import io.gangway.recovery.Retrieval;
import io.gangway.recovery.Session;
import io.gangway.recovery.SharedHistory;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A session that the broker keeps for all nodes, or that another node still has. */
final class SharedRecovery extends SocketRecovery {
    /** Null if the client asks for no session, or has been given what it gets. */
    private volatile @Nullable Retrieval retrieval;

    private final boolean skipsInterceptors;
    private boolean asked;

    /** @param retrieval brings the session back for which the client asks; null if it asks for none */
    SharedRecovery(SharedHistory history, @Nullable Retrieval retrieval, boolean skipsInterceptors) {
        super(history);
        this.retrieval = retrieval;
        this.skipsInterceptors = skipsInterceptors;
    }

    @Override
    @Nullable
    CompletionStage<Void> locate() {
        Retrieval wanted = retrieval;
        return wanted == null ? null : wanted.locate();
    }

    private @Nullable String oldId() {
        Retrieval wanted = retrieval;
        return wanted == null ? null : wanted.id();
    }

    @Override
    String firstId() {
        String old = oldId();
        asked = old != null;
        return old == null ? RandomId.next() : old;
    }

    @Override
    String newId(String firstId) {
        return asked ? RandomId.next() : firstId;
    }

    @Override
    boolean skipsInterceptors() {
        return skipsInterceptors && asked;
    }

    @Override
    @Nullable
    CompletionStage<Void> fetch(String user) {
        Retrieval wanted = retrieval;
        return wanted == null || wanted.id() == null ? null : wanted.fetch(skipsInterceptors ? null : user);
    }

    @Override
    @Nullable
    Recollection recollect(String user) {
        Retrieval wanted = retrieval;
        return wanted == null ? null : wanted.recollection();
    }

    @Override
    boolean take(Recollection recollection, Session.Holder holder) {
        Retrieval wanted = retrieval;
        retrieval = null;
        return wanted != null && wanted.claim(recollection, holder);
    }

    @Override
    void giveBack() {
        Retrieval wanted = retrieval;
        retrieval = null;
        if (wanted != null) {
            wanted.giveBack();
        }
    }
}
