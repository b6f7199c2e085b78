package io.gangway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import com.google.gson.reflect.TypeToken;
import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Gateway;
import io.gangway.Recovery;
import io.gangway.RemoteSocket;
import io.gangway.clients.WireClient;
import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An administrator at one node sees and reaches all of them. */
class AdminClusterTest {
    private final LocalCluster cluster = LocalCluster.create();
    private final List<Engine> engines = new ArrayList<>();

    @AfterEach
    void close() {
        engines.forEach(Engine::close);
    }

    private Engine start(Consumer<EngineBuilder> extension, Gateway chat) {
        Engine engine = Engine.builder()
                .port(0)
                .cluster(cluster.node())
                .namespace("/chat", chat)
                .extend(extension)
                .start();
        engines.add(engine);
        return engine;
    }

    private static AdminUi admin(String serverId) {
        return AdminUi.insecure().serverId(serverId).tick(Duration.ofMillis(20));
    }

    @Test
    void bothServersReportToAnAdministratorAtOne() {
        Engine one = start(admin("one"), chat -> {});
        start(admin("two"), chat -> {});
        try (AdminClient admin = AdminClient.open(one.port())) {
            admin.stats("two");
            admin.stats("one");
        }
    }

    @Test
    void whatThereIsIsToldBeforeWhatHappens() {
        CountDownLatch come = new CountDownLatch(1);
        Engine engine = Engine.builder()
                .port(0)
                .cluster(new HeldCluster(cluster.node(), come))
                .extend(admin("one"))
                .start();
        engines.add(engine);
        try (AdminClient admin = AdminClient.open(engine.port())) {
            admin.next("config");
            assertEquals(1, admin.recorded().size(), () -> "not first: " + admin.recorded());
            assertEquals(
                    0, admin.stats("one").getAsJsonArray("aggregatedEvents").size());
        } finally {
            come.countDown();
        }
    }

    /** A node at which whoever tells other nodes' handlers something stands still until the latch is counted down. */
    private record HeldCluster(Cluster node, CountDownLatch latch) implements Cluster {
        @Override
        public Channel open(String namespace, Inbound inbound) {
            return new HeldChannel(node.open(namespace, inbound), latch);
        }

        @Override
        public Health health() {
            return node.health();
        }

        @Override
        public void close() {
            node.close();
        }
    }

    private record HeldChannel(Cluster.Channel channel, CountDownLatch latch) implements Cluster.Channel {
        @Override
        public String nodeId() {
            return channel.nodeId();
        }

        @Override
        public CompletionStage<String> publish(ClusterMessage message) {
            if (message instanceof ClusterMessage.ServerEvent) {
                try {
                    latch.await();
                } catch (InterruptedException stopped) {
                    return CompletableFuture.failedStage(stopped);
                }
            }
            return channel.publish(message);
        }

        @Override
        public void respond(String toNode, ClusterMessage response) {
            channel.respond(toNode, response);
        }

        @Override
        public CompletionStage<Integer> nodeCount() {
            return channel.nodeCount();
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    @Test
    void nothingIsKeptForAdministratorsThatAreAway() {
        Engine one = startWithRecovery("one");
        Engine two = startWithRecovery("two");
        try (WireClient client = WireClient.open(two.port());
                AdminClient admin = AdminClient.open(one.port())) {
            admin.stats("two");
            client.send("40/chat,").next();
            admin.next("socket_connected");
            admin.stats("one");
            for (Engine engine : engines) {
                try (WireClient page = WireClient.open(engine.port())) {
                    String answer = page.send("40/admin,").next();
                    assertFalse(answer.contains("\"pid\""), answer);
                }
            }
        }
    }

    private Engine startWithRecovery(String serverId) {
        return start(
                engine -> engine.recovery(Recovery.window(Duration.ofMinutes(2)))
                        .extend(admin(serverId).development()),
                chat -> {});
    }

    @Test
    void anEngineWithoutAdministratorsIsSilent() {
        Engine one = start(admin("one").development(), chat -> {});
        AdminServer observer = new AdminServer(AdminSettings.of(null)
                .with(AdminSettings.Mode.DEVELOPMENT)
                .with(Duration.ofMillis(20))
                .with(Optional.of("two")));
        Engine two = start(
                engine -> engine.namespace("/admin", new AdminGateway(AdminSettings.of(null), observer))
                        .observe(observer)
                        .whenBuilt(observer::join),
                chat -> chat.on("ask", (socket, arguments) -> Ack.empty()));
        assertFalse(observer.isWatching());
        try (AdminClient admin = AdminClient.open(one.port())) {
            Eventually.holds("it was told", observer::isWatching);
            admin.stats("two");
        }
        Eventually.holds("it has looked", () -> !observer.isWatching());
        try (WireClient client = WireClient.open(two.port())) {
            client.joinNamespace("/chat");
            client.send("42/chat,1[\"ask\"]").expect("43/chat,1[]");
        }
        assertFalse(observer.isWatching());
        try (AdminClient admin = AdminClient.open(one.port())) {
            admin.stats("two");
            assertFalse(admin.recorded().toString().contains("event_received"), "what nobody watched is not told");
        }
    }

    @Test
    void socketsOfOtherNodesAreShownAndReached() {
        Engine one = start(admin("one").development(), chat -> {});
        Engine two = start(
                admin("two").development(),
                chat -> chat.onConnect(socket -> {
                    socket.join("deck");
                    socket.share(Map.of("level", 5));
                }));
        try (WireClient client = WireClient.open(two.port())) {
            String id = client.joinNamespace("/chat");
            AdminUiTest.awaitShared(two, id);
            try (AdminClient admin = AdminClient.open(one.port())) {
                JsonObject socket = AdminClient.socket(admin.next("all_sockets"), id);
                assertEquals("websocket", AdminClient.text(socket, "transport"));
                assertEquals(
                        two.namespace("/chat").socket(id).orElseThrow().connectionId(),
                        AdminClient.text(socket, "clientId"));
                assertEquals("{\"level\":5}", socket.get("data").toString().replace("5.0", "5"));
                admin.stats("two"); // so that it has heard of the administrator, and watches
                admin.send("emit", "/chat", "deck", "hello");
                client.expect("42/chat,[\"hello\"]");
                assertEquals(
                        "[\"hello\"]",
                        admin.next("event_sent").get(2).getAsJsonArray().toString());
                admin.send("join", "/chat", "hold", id);
                assertEquals("hold", admin.next("room_joined").get(1).getAsString());
                admin.send("_disconnect", "/chat", true, id);
                client.expect("41/chat,").expectClosed();
                assertEquals(
                        "server namespace disconnect",
                        admin.next("socket_disconnected").get(2).getAsString());
            }
        }
    }

    @Test
    void applicationsDoNotSeeWhatServersTellEachOther() {
        Engine one = start(engine -> {}, chat -> {});
        Engine two = start(
                admin("two").development(),
                chat -> chat.onConnect(socket -> {
                    if (socket.handshake().auth("level").isPresent()) {
                        socket.share(Map.of("level", 9007199254740993L));
                    }
                }));
        try (WireClient plain = WireClient.open(two.port());
                WireClient sharing = WireClient.open(two.port())) {
            String silent = plain.joinNamespace("/chat");
            sharing.send("40/chat,{\"level\":\"5\"}");
            String id = sharing.expectConnected();
            AdminUiTest.awaitShared(two, id);
            List<RemoteSocket> sockets = one.namespace("/chat").fetchSockets().join();
            RemoteSocket first = find(sockets, silent);
            assertEquals(
                    two.namespace("/chat").socket(silent).orElseThrow().connectionId(),
                    first.connectionId().orElseThrow());
            assertEquals("websocket", first.transport().orElseThrow());
            assertEquals(true, first.data(Object.class).isEmpty());
            assertEquals(
                    Map.of("level", 9007199254740993L),
                    find(sockets, id)
                            .data(new TypeToken<Map<String, Long>>() {})
                            .orElseThrow());
        }
    }

    private static RemoteSocket find(List<RemoteSocket> sockets, String id) {
        return sockets.stream()
                .filter(socket -> socket.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
