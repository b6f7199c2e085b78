package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.admin.AdminClient;
import io.gangway.admin.AdminUi;
import io.gangway.clients.WireClient;
import io.gangway.redis.RedisCluster;
import io.gangway.redis.TestRedis;
import io.gangway.testing.Eventually;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Admin UI's page at a Node.js server with {@code instrument()} or at a Java server, both in one cluster. */
@Timeout(60)
class MixedAdminTest {
    private static final String PASSWORD = "aye aye captain";
    private static final Map<String, String> LOGIN = Map.of("username", "admin", "password", PASSWORD);

    private final TestRedis redis = TestRedis.start();
    /** A process of its own: the reports of {@code instrument()} go on when its server has been closed. */
    private final NodePeers process = new NodePeers();

    private NodePeer node;
    private Engine java;

    @AfterEach
    void stop() {
        if (java != null) {
            java.close();
        }
        process.close();
        redis.close();
    }

    private void start(AdapterMode mode) {
        node = process.startAdministered("node", mode, redis.url(), PASSWORD);
        RedisCluster cluster = mode.connect(redis.url());
        AdminUi admin = AdminUi.login((user, password) -> user.equals("admin") && password.equals(PASSWORD))
                .serverId("java")
                .development()
                .sessions(cluster.adminSessions());
        java = Engine.builder()
                .port(0)
                .cluster(cluster)
                .extend(AdminClient.hurried(admin))
                .namespace("/", sockets -> sockets.on("message", (socket, arguments) -> Ack.empty()))
                .start();
        cluster.awaitUp(WireClient.PATIENCE);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC", "STREAMS"})
    void administratorsAtEitherServerSeeAndReachBoth(AdapterMode mode) {
        start(mode);
        String javaSession;
        String nodeSession;
        try (AdminClient atJava = AdminClient.open(java.port(), LOGIN);
                AdminClient atNode = AdminClient.open(node.port(), LOGIN)) {
            javaSession = session(atJava);
            nodeSession = session(atNode);
            // From now on each server hears the other.
            atJava.stats("node");
            atNode.stats("java");
        }
        try (WireClient javaClient = WireClient.open(java.port());
                WireClient nodeClient = WireClient.open(node.port())) {
            String javaId = javaClient.joinNamespace("/");
            String nodeId = nodeClient.joinNamespace("/");
            // Each accepts the session that began at the other.
            try (AdminClient atJava = AdminClient.open(java.port(), Map.of("sessionId", nodeSession));
                    AdminClient atNode = AdminClient.open(node.port(), Map.of("sessionId", javaSession))) {
                for (AdminClient admin : List.of(atJava, atNode)) {
                    JsonArray sockets = admin.next("all_sockets");
                    assertShown(sockets, javaId);
                    assertShown(sockets, nodeId);
                    admin.send("emit", "/", null, "to all");
                    javaClient.expect("42[\"to all\"]");
                    nodeClient.expect("42[\"to all\"]");
                }
                // By now the Java server has looked who is at the Node.js server, which it does at every fifth report.
                for (int report = 0; report < 6; report++) {
                    atNode.stats("java");
                }
                assertSeesAndReaches(atJava, nodeClient, nodeId);
                assertSeesAndReaches(atNode, javaClient, javaId);
            }
        }
    }

    /** The id of the administrator's session, which Redis keeps for a day. */
    private String session(AdminClient admin) {
        String id = admin.next("session").get(0).getAsString();
        String key = "socket.io-admin#" + id; // a Node.js server does not wait for it
        Eventually.holds("it is kept, and to be forgotten", () -> (Long) redis.command("TTL", key) > 0);
        long seconds = (Long) redis.command("TTL", key);
        assertTrue(seconds > 86_000 && seconds <= 86_400, seconds + " s");
        return id;
    }

    private static void assertShown(JsonArray sockets, String id) {
        JsonObject socket = AdminClient.socket(sockets, id);
        assertEquals("websocket", AdminClient.text(socket, "transport"));
        assertEquals("{}", socket.get("data").toString(), "what servers tell each other is no data");
        assertTrue(AdminClient.text(socket, "clientId").matches("[\\w-]{12}"), socket::toString);
    }

    /** The client is one of the other server. */
    private static void assertSeesAndReaches(AdminClient admin, WireClient client, String id) {
        admin.send("join", "/", "deck", id);
        assertEquals("deck", admin.next("room_joined", of(id, 2)).get(1).getAsString());
        admin.send("emit", "/", "deck", "to deck", 7);
        client.expect("42[\"to deck\",7]");
        client.send("42[\"message\",{\"text\":\"ahoy\"}]");
        assertEquals(
                "[\"message\",{\"text\":\"ahoy\"}]",
                admin.next("event_received", of(id, 1)).get(2).toString());
        admin.send("leave", "/", "deck", id);
        assertEquals("deck", admin.next("room_left", of(id, 2)).get(1).getAsString());
        admin.send("_disconnect", "/", false, id);
        client.expect("41");
        assertEquals(
                "server namespace disconnect",
                admin.next("socket_disconnected", of(id, 1)).get(2).getAsString());
    }

    /** Reports of this socket, whose id is at this place. */
    private static Predicate<JsonArray> of(String id, int place) {
        return report -> report.get(place).getAsString().equals(id);
    }
}
