package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.clients.RealClient;
import io.gangway.clients.WireClient;
import io.gangway.redis.mixed.MixedCluster.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of JSON and of MessagePack, and plain WebSockets, in one room of servers of both kinds. */
@ParameterizedClass
@EnumSource(names = {"CLASSIC", "SHARDED_DYNAMIC", "STREAMS"})
@ExtendWith(SharedProcesses.class)
class MixedKindsTest {
    private static final byte[] BYTES = {1, 2, -3};
    private static final Duration ENOUGH = WireClient.PATIENCE;

    private static MixedCluster cluster;

    @Parameter
    AdapterMode mode;

    private final List<RealClient> clients = new ArrayList<>();

    @BeforeParameterizedClassInvocation
    static void start(AdapterMode mode) {
        cluster = MixedCluster.startWithMessagePack(mode);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void enter() {
        List<Peer> node = cluster.peers(Peer.Kind.NODE);
        List<Peer> java = cluster.peers(Peer.Kind.JAVA);
        enter(node.get(0), Dialect.JAVASCRIPT);
        enter(node.get(1), Dialect.MESSAGE_PACK);
        enter(java.get(0), Dialect.MESSAGE_PACK);
        enter(java.get(0), Dialect.PLAIN);
        enter(java.get(0), Dialect.JAVASCRIPT);
        enter(java.get(1), Dialect.JAVA);
        enter(java.get(1), Dialect.PLAIN);
    }

    private void enter(Peer peer, Dialect dialect) {
        clients.add(cluster.join(peer, dialect, "/", "room"));
    }

    @AfterEach
    void leave() {
        cluster.forgetClients();
    }

    @Test
    void eachHearsEachAndIsAnswered() {
        Object[][] events = {
            {},
            {"gr\u00fcn \uD83D\uDE00", 1L, -1.5, true, null, 9_007_199_254_740_991L},
            {Map.of("deep", List.of(BYTES, Map.of("n", 1L)), "empty", List.of()), BYTES},
        };
        for (RealClient speaker : clients) {
            for (Object[] event : events) {
                assertEquals(RealClient.shown(Arrays.asList(event)), RealClient.answer(speaker.call("relay", event)));
                clients.stream().filter(client -> client != speaker).forEach(client -> client.expect("relayed", event));
            }
        }
    }

    @Test
    void anyServerFindsAllAndHasTheirAnswersAndDisconnectsThem() {
        Scope room = Scope.all().to("room").timeout(ENOUGH);
        for (Peer peer : cluster.peers()) {
            assertEquals(
                    clients.stream().map(RealClient::id).collect(Collectors.toSet()),
                    peer.fetchSockets(room).stream().map(Peer.Fetched::id).collect(Collectors.toSet()));
            Map<String, Object> value = Map.of("from", peer.name(), "bytes", List.of(BYTES));
            assertEquals(
                    new Peer.Gathered(RealClient.shown(Collections.nCopies(clients.size(), value)), ""),
                    peer.emitWithAck(room, "sum", value, 3));
            clients.forEach(client -> client.expect("sum", value, 3));
        }
        cluster.peers().get(0).disconnectSockets(room);
        for (RealClient client : clients) {
            assertEquals("disconnect", client.next().name());
        }
    }
}
