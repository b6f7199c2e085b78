package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.Bystander;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterMessage.ServerReply;
import io.gangway.cluster.SessionStore.Recall;
import io.gangway.redis.wire.TextPayload;
import io.gangway.testing.Eventually;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node answers to other versions of itself, which ask otherwise where the client of a session is. */
class RecallsTest {
    private final String key = UUID.randomUUID().toString();
    private final List<String> recalled = new CopyOnWriteArrayList<>();
    private final Node asker = new Node(connect()).awaitUp();
    private final RedisCluster holder = connect();

    private RedisCluster connect() {
        return RedisCluster.builder(TestRedis.sharedUrl())
                .mode(RedisMode.STREAMS)
                .key(key)
                .streams(streams -> streams.name(key).sessionPrefix(key))
                .connect();
    }

    @AfterEach
    void close() {
        asker.close();
        holder.close();
    }

    private void hold() {
        holder.open("/", new Bystander() {
            @Override
            public Optional<String> holds(String privateId) {
                return Optional.of("socket");
            }

            @Override
            public CompletionStage<Recall> recall(String privateId, Optional<String> user) {
                recalled.add(privateId + user);
                return CompletableFuture.completedStage(Recall.LET_GO);
            }
        });
        Eventually.equal(
                2, () -> asker.channel.nodeCount().toCompletableFuture().join());
    }

    private Object answer(String question) {
        String request = "0123456789abcdef";
        asker.channel.publish(new ServerEvent(asker.channel.nodeId(), TextPayload.unchecked(question), request));
        ServerReply reply = (ServerReply) asker.next();
        assertEquals(request, reply.requestId());
        return reply.value().value();
    }

    @Test
    void aQuestionThatItDoesNotKnowIsAnsweredNoAtOnce() {
        hold();
        for (String question : List.of(
                "[\"gangway:recall\"]",
                "[\"gangway:recall\",\"ann\"]", // as nodes asked that had no verdict yet
                "[\"gangway:recall\",\"ann\",\"steal\"]",
                "[\"gangway:recall\",\"ann\",7]",
                "[\"gangway:recall\",\"ann\",\"let go\",7]",
                "[\"gangway:recall\",null,\"holder\"]",
                "[\"gangway:recall\",\"*\",\"holder\"]",
                "[\"gangway:recall\",{\"ann\":1},\"let go\"]")) {
            assertEquals(false, answer(question), question);
        }
        assertEquals(List.of(), recalled);
        assertEquals("socket", answer("[\"gangway:recall\",\"ann\",\"holder\"]"));
        assertEquals(true, answer("[\"gangway:recall\",\"ann\",\"let go\"]"));
        assertEquals(true, answer("[\"gangway:recall\",\"ann\",\"let go\",\"Ann\"]"));
        assertEquals(List.of("annOptional.empty", "annOptional[Ann]"), recalled);
        assertTrue(asker.received.isEmpty());
    }
}
