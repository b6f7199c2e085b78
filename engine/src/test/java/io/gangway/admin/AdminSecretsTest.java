package io.gangway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.WireClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nothing by which a client could be impersonated gets to an administrator. */
class AdminSecretsTest {
    private static final String MARK = "s3cr3t";
    private static final String TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl" + MARK;

    @Test
    void noSecretIsInAnythingThatIsTold() {
        Engine engine = Engine.builder()
                .port(0)
                .shareHandshake(handshake -> handshake) // even if other nodes see it
                .namespace(
                        "/chat",
                        chat -> chat.onConnect(socket -> socket.share(Map.of("user", "ada", "accessToken", MARK)))
                                .on("token", (socket, arguments) -> Ack.empty())
                                .on("login", (socket, arguments) -> {
                                    socket.emit("granted", Map.of("password", MARK), "Bearer " + MARK, TOKEN);
                                    return Ack.of(MARK);
                                }))
                .extend(AdminUi.insecure().development().tick(Duration.ofMillis(20)))
                .start();
        try (AdminClient watching = AdminClient.open(engine.port());
                WireClient client = WireClient.connect(
                        engine.port(),
                        "/socket.io/?EIO=4&transport=websocket&token=" + MARK + "&own=" + MARK,
                        "Cookie",
                        "id=" + MARK,
                        "Authorization",
                        "Bearer " + MARK,
                        "X-Auth-Token",
                        MARK,
                        "X-Api-Key",
                        MARK,
                        "Referer",
                        "https://example.com/?page=1&access_token=" + MARK)) {
            watching.next("all_sockets");
            String sid = client.next().substring(9, 29);
            client.send("40/chat,{\"token\":\"" + MARK + "\"}");
            String id = client.expectConnected();
            assertTrue(
                    watching.next("socket_connected").toString().contains("page=1&access_token=(hidden)"),
                    () -> watching.recorded().toString());
            client.send("42/chat,[\"token\",\"" + MARK + "\"]");
            client.send(
                    "42/chat,1[\"login\",{\"user\":\"ada\",\"pwd\":\"" + MARK + "\",\"url\":\"/?sid=" + sid + "\"}]");
            assertEquals(
                    "[\"token\",\"(hidden)\"]",
                    watching.next("event_received").get(2).toString());
            assertEquals(
                    "[\"login\",{\"user\":\"ada\",\"pwd\":\"(hidden)\",\"url\":\"/?sid=(hidden)\"}]",
                    watching.next("event_received").get(2).toString());
            assertEquals(
                    "[\"granted\",{\"password\":\"(hidden)\"},\"Bearer (hidden)\",\"(hidden)\"]",
                    watching.next("event_sent").get(2).toString());
            try (AdminClient late = AdminClient.open(engine.port())) {
                assertEquals(
                        "{\"user\":\"ada\",\"accessToken\":\"(hidden)\"}",
                        sorted(AdminClient.socket(late.next("all_sockets"), id)
                                .get("data")
                                .toString()));
                client.send("41/chat,");
                watching.next("socket_disconnected");
                late.next("socket_disconnected");
                for (List<String> recorded : List.of(watching.recorded(), late.recorded())) {
                    assertEquals(
                            List.of(),
                            recorded.stream()
                                    .filter(packet -> packet.contains(MARK)
                                            || packet.contains(sid)
                                            || packet.contains("signature"))
                                    .toList());
                    assertTrue(recorded.toString().contains(sid.substring(0, 12)), "enough to tell clients apart");
                }
            }
        } finally {
            engine.close();
        }
    }

    /** A Map.of has no order. */
    private static String sorted(String data) {
        return data.startsWith("{\"access") ? "{\"user\":\"ada\",\"accessToken\":\"(hidden)\"}" : data;
    }
}
