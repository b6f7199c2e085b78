package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.RealClient;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** One server of a mixed cluster sends, and another receives, in each mode and each direction. */
@ExtendWith(SharedProcesses.class)
abstract class MixedClusterTest {
    static MixedCluster cluster;

    @Parameter
    AdapterMode mode;

    Peer sender;
    /** A server of the receiving kind that is not the sender; the sender if there is no other. */
    Peer near;

    Peer far;

    @BeforeParameterizedClassInvocation
    static void start(AdapterMode mode) {
        cluster = MixedCluster.start(mode);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        cluster.close();
    }

    @AfterEach
    void forgetClients() {
        cluster.forgetClients();
    }

    void take(Direction direction) {
        List<Peer> senders = cluster.peers(direction.from);
        sender = senders.get(0);
        List<Peer> receivers = cluster.peers(direction.to);
        far = receivers.get(receivers.size() - 1);
        near = direction.from == direction.to ? far : receivers.get(0);
    }

    /** Makes sure that these clients have received nothing else, by the next event they receive. */
    void expectNothingElse(String namespace, RealClient... clients) {
        sender.emit(Scope.of(namespace), "the end");
        for (RealClient client : clients) {
            client.expect("the end");
        }
    }

    /**
     * Emits a volatile event until each of these clients has received it: it is dropped for a client to which just
     * then it cannot be written at once.
     *
     * @param speak emits an event of this name with this flag to these clients
     */
    void expectVolatile(BiConsumer<Set<Scope.Flag>, String> speak, RealClient... clients) {
        Set<RealClient> without = new HashSet<>(List.of(clients));
        for (int attempts = 1; !without.isEmpty(); attempts++) {
            assertTrue(attempts < 100, "dropped 100 times");
            speak.accept(Set.of(Scope.Flag.VOLATILE), "volatile");
            speak.accept(Set.of(), "reliable");
            for (RealClient client : clients) {
                RealClient.Happening next = client.next();
                if (next.name().equals("volatile")) {
                    without.remove(client);
                    next = client.next();
                }
                assertEquals("reliable", next.name());
            }
        }
    }
}
