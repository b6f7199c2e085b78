package io.gangway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.Gateway;
import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an administrator sees and does at one server. */
class AdminUiTest {
    private Engine engine;

    @AfterEach
    void close() {
        engine.close();
    }

    private void start(AdminUi admin, Gateway gateway) {
        engine = Engine.builder()
                .port(0)
                .namespace("/chat", gateway)
                .extend(admin.serverId("one").tick(Duration.ofMillis(20)))
                .start();
    }

    private static JsonElement json(String text) {
        return JsonParser.parseString(text);
    }

    private static List<String> strings(JsonElement array) {
        List<String> strings = new ArrayList<>();
        array.getAsJsonArray().forEach(element -> strings.add(element.getAsString()));
        return strings;
    }

    private static void assertIsTime(JsonElement time) {
        Instant.parse(time.getAsString());
    }

    @Test
    void inProductionServersAndTrafficAreShown() {
        start(AdminUi.insecure(), chat -> {});
        try (AdminClient admin = AdminClient.open(engine.port());
                WireClient client = WireClient.open(engine.port())) {
            assertEquals(
                    json("[{\"supportedFeatures\":[\"EMIT\",\"JOIN\",\"LEAVE\",\"DISCONNECT\",\"MJOIN\",\"MLEAVE\","
                            + "\"MDISCONNECT\",\"AGGREGATED_EVENTS\"]}]"),
                    admin.next("config"));
            JsonObject first = admin.stats("one");
            assertEquals(ProcessHandle.current().pid(), first.get("pid").getAsLong());
            assertTrue(first.get("uptime").getAsDouble() > 0);
            assertFalse(AdminClient.text(first, "hostname").isEmpty());
            assertEquals(json("[]"), first.get("aggregatedEvents"));

            client.joinNamespace("/chat");
            PollingClient.open(engine.port());
            JsonObject stats = admin.stats("one");
            while (stats.get("clientsCount").getAsLong() < 3) {
                stats = admin.stats("one");
            }
            assertEquals(1, stats.get("pollingClientsCount").getAsLong());
            assertEquals(
                    Map.of("/", 0, "/admin", 1, "/chat", 1),
                    sizes(stats.get("namespaces").getAsJsonArray()));
            WireClient leaving = WireClient.open(engine.port());
            leaving.close();
            JsonObject goodbye = event(admin, "rawDisconnection");
            assertEquals("transport close", AdminClient.text(goodbye, "subType"));
            assertEquals(0, goodbye.get("timestamp").getAsLong() % 1000);
            assertTrue(goodbye.get("count").getAsLong() > 0);
            client.joinNamespace("/");
            assertTrue(event(admin, "bytesIn").get("count").getAsLong() > 1);
            assertFalse(
                    admin.recorded().stream()
                            .anyMatch(packet -> packet.contains("socket_")
                                    || packet.contains("event_")
                                    || packet.contains("all_sockets")),
                    () -> "only in development: " + admin.recorded());
        }
    }

    private static Map<String, Integer> sizes(JsonArray namespaces) {
        Map<String, Integer> sizes = new TreeMap<>();
        namespaces.forEach(namespace -> sizes.put(
                AdminClient.text(namespace, "name"),
                namespace.getAsJsonObject().get("socketsCount").getAsInt()));
        return sizes;
    }

    private static JsonObject event(AdminClient admin, String type) {
        while (true) {
            for (JsonElement event : admin.stats("one").get("aggregatedEvents").getAsJsonArray()) {
                if (AdminClient.text(event, "type").equals(type)) {
                    return event.getAsJsonObject();
                }
            }
        }
    }

    /** The client hears that it is connected before its connect handler has run. */
    static void awaitShared(Engine engine, String id) {
        Eventually.holds(
                "its connect handler has run",
                () -> engine.namespace("/chat")
                        .socket(id)
                        .orElseThrow()
                        .findShared(Object.class)
                        .isPresent());
    }

    @Test
    void inDevelopmentAllSocketsAreShown() {
        start(
                AdminUi.insecure().development(),
                chat -> chat.onConnect(socket -> {
                    socket.join("deck");
                    socket.share(Map.of("level", 5, "name", "Ada", "_admin", Map.of("x", 1)));
                }));
        try (WireClient client = WireClient.connect(engine.port(), "/socket.io/?EIO=4&transport=websocket&x=secret1")) {
            String open = client.next();
            String sid = open.substring(9, 29);
            String id = client.joinNamespace("/chat");
            awaitShared(engine, id);
            try (AdminClient admin = AdminClient.open(engine.port())) {
                List<String> features =
                        strings(admin.next("config").get(0).getAsJsonObject().get("supportedFeatures"));
                assertTrue(features.contains("ALL_EVENTS"), features.toString());
                JsonArray all = admin.next("all_sockets");
                JsonObject socket = AdminClient.socket(all, id);
                assertEquals(
                        List.of("id", "clientId", "transport", "nsp", "data", "handshake", "rooms"),
                        List.copyOf(socket.keySet()));
                assertEquals(sid.substring(0, 12), AdminClient.text(socket, "clientId"));
                assertEquals("websocket", AdminClient.text(socket, "transport"));
                assertEquals("/chat", AdminClient.text(socket, "nsp"));
                assertEquals(5, socket.getAsJsonObject("data").get("level").getAsDouble());
                assertEquals(
                        List.of("deck", id).stream().sorted().toList(),
                        strings(socket.get("rooms")).stream().sorted().toList());
                JsonObject handshake = socket.getAsJsonObject("handshake");
                assertEquals(
                        List.of("address", "headers", "query", "issued", "secure", "time", "url", "xdomain"),
                        List.copyOf(handshake.keySet()));
                assertEquals("/socket.io/?EIO=4&transport=websocket", AdminClient.text(handshake, "url"));
                assertIsTime(handshake.get("time"));
                assertEquals(2, all.get(0).getAsJsonArray().size(), "the administrator's socket is one, too");
            }
        }
    }

    @Test
    void inDevelopmentEverythingIsTold() {
        start(
                AdminUi.insecure().development(),
                chat -> chat.onConnect(socket -> {
                            socket.join("early");
                            socket.join("deck");
                        })
                        .on("move", (socket, arguments) -> {
                            socket.leave("deck");
                            socket.join("hold");
                            socket.share(Map.of("level", 6));
                            socket.emit("moved", 1, Map.of("a", List.of(true)));
                            return Ack.of("done");
                        }));
        try (AdminClient admin = AdminClient.open(engine.port())) {
            admin.next("all_sockets");
            PollingClient polling = PollingClient.open(engine.port());
            polling.post("40/chat,");
            polling.poll();
            JsonArray connected = admin.next("socket_connected");
            JsonObject socket = connected.get(0).getAsJsonObject();
            String id = AdminClient.text(socket, "id");
            assertEquals(List.of(id), strings(socket.get("rooms")));
            assertEquals("polling", AdminClient.text(socket, "transport"));
            assertIsTime(connected.get(1));
            assertTold(admin, "room_joined", "/chat", "early", id);
            assertTold(admin, "room_joined", "/chat", "deck", id);
            try (WireClient client = WireClient.connect(engine.port(), polling.path("websocket"))) {
                client.send("2probe").expect("3probe").send("5");
                JsonObject update = admin.next("socket_updated").get(0).getAsJsonObject();
                assertEquals(json("{\"id\":\"" + id + "\",\"nsp\":\"/chat\",\"transport\":\"websocket\"}"), update);
                client.send("42/chat,7[\"move\",{\"to\":\"hold\"}]");
                JsonArray received = admin.next("event_received");
                assertEquals("/chat", received.get(0).getAsString());
                assertEquals(id, received.get(1).getAsString());
                assertEquals(json("[\"move\",{\"to\":\"hold\"}]"), received.get(2));
                assertIsTime(received.get(3));
                JsonArray sent = admin.next("event_sent");
                assertEquals(json("[\"moved\",1,{\"a\":[true]}]"), sent.get(2));
                assertTold(admin, "room_left", "/chat", "deck", id);
                assertTold(admin, "room_joined", "/chat", "hold", id);
                JsonObject shared = admin.next("socket_updated").get(0).getAsJsonObject();
                assertEquals(6, shared.getAsJsonObject("data").get("level").getAsDouble());
                client.close();
            }
            JsonArray gone = admin.next("socket_disconnected");
            assertEquals(List.of("/chat", id, "transport close"), strings(gone).subList(0, 3));
            assertIsTime(gone.get(3));
            assertEquals(
                    3,
                    admin.recorded().stream()
                            .filter(packet -> packet.contains("room_joined"))
                            .count(),
                    () -> "each once: " + admin.recorded());
        }
    }

    private static void assertTold(AdminClient admin, String event, String namespace, String room, String id) {
        JsonArray told = admin.next(event);
        assertEquals(List.of(namespace, room, id), strings(told).subList(0, 3));
        assertIsTime(told.get(3));
    }

    @Test
    void commandsActOnRoomsSocketsAndNamespaces() {
        start(AdminUi.insecure(), chat -> chat.onConnect(socket -> socket.join("deck")));
        try (AdminClient admin = AdminClient.open(engine.port());
                WireClient one = WireClient.open(engine.port());
                WireClient two = WireClient.open(engine.port())) {
            String first = one.joinNamespace("/chat");
            String second = two.joinNamespace("/chat");
            Eventually.holds(
                    "both are on deck",
                    () -> engine.namespace("/chat").sockets().stream()
                            .allMatch(socket -> socket.rooms().contains("deck")));
            admin.send("emit", "/chat", first, "hello", 1, Map.of("a", "b"));
            one.expect("42/chat,[\"hello\",1,{\"a\":\"b\"}]");
            admin.send("join", "/chat", "hold", second).send("emit", "/chat", "hold", "in hold");
            two.expect("42/chat,[\"in hold\"]");
            admin.send("leave", "/chat", "deck", second).send("emit", "/chat", "deck", "on deck");
            one.expect("42/chat,[\"on deck\"]");
            admin.send("join", "/chat", "all").send("emit", "/chat", "all", "for all");
            one.expect("42/chat,[\"for all\"]");
            two.expect("42/chat,[\"for all\"]");
            admin.send("emit", "/chat", null, "everywhere");
            one.expect("42/chat,[\"everywhere\"]");
            two.expect("42/chat,[\"everywhere\"]");
            admin.send("_disconnect", "/chat", false, first);
            one.expect("41/chat,").joinNamespace("/");
            admin.send("_disconnect", "/chat", true);
            two.expect("41/chat,").expectClosed();
            admin.send("emit", "/nowhere", null, "hello");
            assertTrue(refusal(admin).startsWith("no namespace \"/nowhere\""));
            admin.send("join", "/chat", "user:ada");
            assertTrue(refusal(admin).contains("user"), "a user's room is reserved");
            admin.send("emit", "/chat", null, "connect");
            assertTrue(refusal(admin).contains("reserved"));
            admin.send("emit", "/chat");
            assertTrue(refusal(admin).contains("argument 3"));
        }
    }

    private static String refusal(AdminClient admin) {
        return AdminClient.text(admin.next("exception").get(0), "message");
    }

    @Test
    void aReadOnlyAdminUiDoesNothing() {
        start(AdminUi.insecure().readOnly(), chat -> {});
        try (AdminClient admin = AdminClient.open(engine.port());
                WireClient client = WireClient.open(engine.port())) {
            String id = client.joinNamespace("/chat");
            assertEquals(json("[{\"supportedFeatures\":[\"AGGREGATED_EVENTS\"]}]"), admin.next("config"));
            admin.send("emit", "/chat", null, "hello").send("_disconnect", "/chat", true);
            admin.wire().send("42/admin,1[\"join\",\"/chat\",\"deck\"]");
            admin.stats("one");
            admin.stats("one");
            engine.namespace("/chat").emit("still here");
            client.expect("42/chat,[\"still here\"]");
            assertEquals(
                    List.of(id),
                    List.copyOf(
                            engine.namespace("/chat").socket(id).orElseThrow().rooms()));
        }
    }
}
