package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Engine;
import io.gangway.Socket;
import io.gangway.testing.Eventually;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The official JavaScript client with {@code socket.io-msgpack-parser}. */
@ParameterizedClass
@EnumSource(RealClient.Via.class)
class MessagePackClientTest extends RealClientContract {
    static final Map<String, ?> PARSER = Map.of("parser", "socket.io-msgpack-parser");

    private static NodeClients clients;

    @BeforeAll
    static void startNode() {
        clients = new NodeClients();
    }

    @AfterAll
    static void endNode() {
        clients.close();
    }

    @AfterEach
    void forget() {
        clients.forget();
    }

    @Override
    RealClient open(int port, RealClient.Introduction introduction) {
        return clients.open("http://localhost:" + port, introduction, PARSER);
    }

    /** notepack takes any two units for a pair. */
    @Override
    String sentWithHalfAnEmoji(String text) {
        return text.replace("\ud83d ", "\ud83d\udc20");
    }

    /** UTF-8 cannot express it. */
    @Override
    String receivedWithHalfAnEmoji(String text) {
        return text.replace('\ud83d', '\ufffd').replace('\ude00', '\ufffd');
    }

    @Test
    void forceBase64SendsAndTakesPacketsAsText() throws Exception {
        Engine engine = start(echo(0));
        Map<String, Object> options = new HashMap<>(PARSER);
        options.put("transports", via.transports());
        options.put("forceBase64", true);
        NodeClients.Client client = clients.open("http://localhost:" + engine.port(), options);
        Object[] nested = {Map.of("file", new byte[] {1, 2, 3}), new byte[0], "text"};
        assertEquals(RealClient.shown(List.of(nested)), RealClient.answer(client.call("ask", nested)));
        Socket socket = engine.namespace("/").sockets().iterator().next();
        Eventually.equal(via.destination(), socket::transport);
        assertEquals(RealClient.shown(List.of(nested)), RealClient.answer(client.call("ask", nested)));
    }

    @Test
    void datesArriveAsTexts() {
        Engine engine = start(echo(0));
        NodeClients.Client client = (NodeClients.Client) connected(engine.port());
        Map<String, Object> date = Map.of("$date", "2026-01-02T03:04:05.678Z");
        assertEquals(
                List.of("2026-01-02T03:04:05.678Z", Map.of("at", "2026-01-02T03:04:05.678Z")),
                RealClient.answer(client.call("ask", date, Map.of("at", date))));
    }
}
