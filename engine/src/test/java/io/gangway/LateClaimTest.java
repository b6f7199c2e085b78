package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a session if the broker answers when its client has been given a new one already. */
class LateClaimTest extends RecoveringNodes {
    private final HesitantCluster slow = hesitant();
    private final HesitantCluster slower = hesitant();
    private Engine one;
    private Engine other;
    private ReturningClient client;
    private Socket socket;
    private String id;

    @BeforeEach
    void join() throws Exception {
        one = start();
        other = start(slow);
        client = ReturningClient.join(one.port());
        socket = connected();
        id = client.id();
        takeTime();
    }

    private CompletableFuture<ReturningClient> comesTo(Engine node) {
        return CompletableFuture.supplyAsync(() -> ReturningClient.with(client.privateId(), node.port(), ""));
    }

    private void requireNew(CompletableFuture<ReturningClient> coming) throws Exception {
        assertNotEquals(id, coming.get(20, TimeUnit.SECONDS).id());
    }

    @Test
    void aSessionClaimedTooLateMayBeClaimedAgain() throws Exception {
        Engine third = start(slower);
        cut(client);
        socket.emit("n", 1);
        slow.claimed.hold();
        slower.claimed.hold();
        CompletableFuture<ReturningClient> first = comesTo(other);
        Verdict verdict = verdict();
        CompletableFuture<ReturningClient> second = comesTo(third);
        try (CapturedLog log = new CapturedLog()) {
            verdict().admit();
            Eventually.equal(1, slower.claimed::held); // it has the session, and does not know it
            verdict.admit();
            Eventually.equal(1, slow.claimed::held);
            requireNew(first);
            requireNew(second);
            log.expectComplaint("the broker has not answered within 2000 ms");
        }
        assertEquals(0, holders(id));
        slow.claimed.release();
        slower.claimed.release();
        CompletableFuture<ReturningClient> again = comesTo(one);
        verdict().admit();
        assertEquals(id, again.get(20, TimeUnit.SECONDS).expect("42[\"n\",1]").id());
        assertEquals(1, holders(id));
    }

    /** Between its claim and the admission a session is in nobody's hands; whoever looks then looks again. */
    @Test
    void aSessionThatIsJustBeingClaimedIsTakenOverFromThere() throws Exception {
        Engine third = start(slower);
        slow.claimed.hold();
        CompletableFuture<ReturningClient> first = comesTo(other);
        Verdict verdict = verdict();
        CompletableFuture<ReturningClient> second = comesTo(third);
        Verdict next = verdict();
        long begun = System.nanoTime();
        verdict.admit();
        Eventually.equal(1, slow.claimed::held);
        slower.finds.hold();
        next.admit();
        Eventually.equal(1, slower.finds::held);
        slower.finds.release();
        slow.claimed.release();
        boolean isInTime = System.nanoTime() - begun < Duration.ofSeconds(1).toNanos(); // each has two for its step
        String firstId = first.get(20, TimeUnit.SECONDS).id();
        String secondId = second.get(20, TimeUnit.SECONDS).id();
        if (isInTime) {
            assertEquals(id, firstId);
            assertEquals(id, secondId);
            Eventually.equal(1L, () -> holders(id));
        }
    }

    @Test
    void whoLearnsTooLateThatTheSessionIsElsewhereDisturbsNobody() throws Exception {
        CompletableFuture<ReturningClient> coming = comesTo(other);
        Verdict verdict = verdict();
        slow.finds.hold();
        try (CapturedLog log = new CapturedLog()) {
            verdict.admit();
            requireNew(coming);
            log.expectComplaint("the broker has not answered within 2000 ms");
        }
        slow.finds.release();
        connected();
        client.expectNothingElse(socket);
        assertTrue(socket.isConnected());
        assertEquals(1, holders(id));
    }
}
