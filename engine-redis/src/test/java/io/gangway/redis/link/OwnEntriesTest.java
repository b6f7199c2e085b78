package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.cluster.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OwnEntriesTest {
    private final OwnEntries own = new OwnEntries();
    private final List<String> marks = new ArrayList<>();
    private final ClusterMessage message = new Leave("me", new Target(Set.of(), Set.of()), Set.of("room"));

    /** @param id completes when Redis has replied to the command that adds the entry */
    private CompletableFuture<String> send(CompletableFuture<String> id) {
        return own.send(message, mark -> {
                    marks.add(mark);
                    return id;
                })
                .toCompletableFuture();
    }

    @Test
    void whatTheStreamLostBeforeItWasReadFails() {
        CompletableFuture<String> lost = send(CompletableFuture.completedFuture("5-1"));
        CompletableFuture<String> ahead = send(CompletableFuture.completedFuture("7-0"));
        CompletableFuture<String> id = new CompletableFuture<>();
        CompletableFuture<String> unanswered = send(id);
        own.settlePassed("0-0", "5-0");
        assertFalse(lost.isDone());
        own.settlePassed("0-0", "6-0");
        assertTrue(lost.isCompletedExceptionally());
        own.settlePassed("0-0", "6-9");
        assertFalse(ahead.isDone());
        assertFalse(unanswered.isDone());
        id.complete("6-5");
        own.settlePassed("0-0", "6-9");
        assertTrue(unanswered.isCompletedExceptionally());
    }

    @Test
    void whatWasAddedBeforeTheStreamWasReadIsThere() {
        CompletableFuture<String> early = send(CompletableFuture.completedFuture("5-1"));
        CompletableFuture<String> lost = send(CompletableFuture.completedFuture("5-2"));
        own.settlePassed("5-1", "6-0");
        assertEquals("5-1", early.join());
        assertTrue(lost.isCompletedExceptionally());
    }

    @Test
    void whatComesBackIsNotLost() {
        CompletableFuture<String> offset = send(CompletableFuture.completedFuture("5-1"));
        List<ClusterMessage> published = new ArrayList<>();
        own.cameBack(marks.get(0), "5-1", (told, place) -> published.add(told));
        own.settlePassed("0-0", "9-9");
        assertEquals("5-1", offset.join());
        assertEquals(List.of(message), published);
    }
}
