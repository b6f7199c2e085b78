package io.gangway.benchmarks.servers;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * What one writes first on Jetty's WebSocket API: a loop of {@code Session.sendText} over all sessions. Of Socket.IO it knows
 * what the clients here need, by the text alone: it reads no JSON, sends no pings, and keeps no rooms.
 */
final class JettySendTextServer implements Contender.Running {
    private final Server server;
    private final int port;

    private JettySendTextServer(Server server, int port) {
        this.server = server;
        this.port = port;
    }

    static JettySendTextServer start(int port) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        connector.setAcceptQueueSize(1024);
        server.addConnector(connector);
        Set<Session> joined = ConcurrentHashMap.newKeySet();
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setIdleTimeout(Duration.ZERO);
            container.addMapping("/socket.io/*", (request, response, callback) -> {
                response.setExtensions(List.of()); // no compression, as with the others
                return new Client(joined);
            });
        }));
        server.start();
        return new JettySendTextServer(server, connector.getLocalPort());
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failure) {
            throw new IllegalStateException("Jetty did not stop", failure);
        }
    }

    /** One client; public, for Jetty calls it by method handles. */
    public static final class Client implements Session.Listener.AutoDemanding {
        private static final SecureRandom RANDOM = new SecureRandom();
        private static final String ECHO = "[\"echo\",";

        private final Set<Session> joined;
        private @Nullable Session session;

        Client(Set<Session> joined) {
            this.joined = joined;
        }

        @Override
        public void onWebSocketOpen(Session opened) {
            session = opened;
            opened.sendText(
                    "0{\"sid\":\"" + id()
                            + "\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}",
                    Callback.NOOP);
        }

        @Override
        public void onWebSocketText(String text) {
            Session own = session;
            if (own == null) {
                throw new IllegalStateException("text before the session");
            }
            if (text.startsWith("42[")) {
                for (Session each : joined) {
                    each.sendText(text, Callback.NOOP);
                }
            } else if (text.startsWith("42")) {
                int body = text.indexOf('[');
                if (!text.startsWith(ECHO, body)) {
                    throw new IllegalArgumentException("an event with an ack that is no echo");
                }
                own.sendText(
                        "43" + text.substring(2, body) + "[" + text.substring(body + ECHO.length()), Callback.NOOP);
            } else if (text.startsWith("40")) {
                joined.add(own); // before the client knows, so that it misses nothing
                own.sendText("40{\"sid\":\"" + id() + "\"}", Callback.NOOP);
            } else if (!text.equals("3")) {
                throw new IllegalArgumentException("a packet that is not for the likes of this server");
            }
        }

        @Override
        public void onWebSocketClose(int status, String reason, Callback callback) {
            if (session != null) {
                joined.remove(session);
            }
            callback.succeed();
        }

        @Override
        public void onWebSocketError(Throwable failure) {
            if (session != null) {
                joined.remove(session);
            }
        }

        private static String id() {
            byte[] id = new byte[10];
            RANDOM.nextBytes(id);
            return HexFormat.of().formatHex(id);
        }
    }
}
