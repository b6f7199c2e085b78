package io.gangway.benchmarks.servers;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * The obvious server on Jetty's WebSocket API: a loop of {@code Session.sendText} over all sessions. It supports only
 * the Socket.IO packets that the clients here send, by comparing text: it reads no JSON, sends no pings, and has no
 * rooms. The path {@code /ws} has the same for the messages of plain WebSockets.
 */
final class JettySendTextServer implements Contender.Running {
    private final Server server;
    private final int port;
    private final Set<Session> joined;

    private JettySendTextServer(Server server, int port, Set<Session> joined) {
        this.server = server;
        this.port = port;
        this.joined = joined;
    }

    static JettySendTextServer start(int port) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        connector.setAcceptQueueSize(1024);
        server.addConnector(connector);
        Set<Session> joined = ConcurrentHashMap.newKeySet();
        Map<String, Set<Session>> groups = new ConcurrentHashMap<>();
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setIdleTimeout(Duration.ZERO);
            container.addMapping("/socket.io/*", (request, response, callback) -> {
                response.setExtensions(List.of()); // no compression, as with the other servers
                return new Client(joined, groups);
            });
            container.addMapping("/ws", (request, response, callback) -> {
                response.setExtensions(List.of());
                return new PlainClient(joined);
            });
        }));
        server.start();
        return new JettySendTextServer(server, connector.getLocalPort(), joined);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void broadcast(Message message) {
        String text = "42[\"message\",{\"seq\":" + message.seq() + ",\"text\":\"" + message.text() + "\"}]";
        joined.forEach(each -> each.sendText(text, Callback.NOOP));
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failure) {
            throw new IllegalStateException("cannot stop Jetty", failure);
        }
    }

    /** A client that leaves once its WebSocket has closed or failed; public because Jetty calls it through method handles. */
    public abstract static class Leaving implements Session.Listener.AutoDemanding {
        abstract void leave();

        @Override
        public void onWebSocketClose(int status, String reason, Callback callback) {
            leave();
            callback.succeed();
        }

        @Override
        public void onWebSocketError(Throwable failure) {
            leave();
        }
    }

    /** One plain WebSocket; public because Jetty calls it through method handles. */
    public static final class PlainClient extends Leaving {
        private static final String MESSAGE = "{\"event\":\"message\",";
        private static final String ECHO = "{\"event\":\"echo\",";
        private static final String ID = ",\"id\":";

        private final Set<Session> joined;
        private @Nullable Session session;

        PlainClient(Set<Session> joined) {
            this.joined = joined;
        }

        @Override
        public void onWebSocketOpen(Session opened) {
            session = opened;
            joined.add(opened);
            opened.sendText("{\"event\":\"connect\",\"data\":{\"id\":\"" + Client.id() + "\"}}", Callback.NOOP);
        }

        @Override
        public void onWebSocketText(String text) {
            if (text.startsWith(MESSAGE)) {
                joined.forEach(each -> each.sendText(text, Callback.NOOP));
            } else if (text.startsWith(ECHO) && session != null) {
                int id = text.lastIndexOf(ID);
                session.sendText(
                        "{" + text.substring(id + 1, text.length() - 1) + ',' + text.substring(ECHO.length(), id) + '}',
                        Callback.NOOP);
            } else {
                throw new IllegalArgumentException("the client sent a message that this server does not support");
            }
        }

        @Override
        void leave() {
            if (session != null) {
                joined.remove(session);
            }
        }
    }

    /** One client; public because Jetty calls it through method handles. */
    public static final class Client extends Leaving {
        private static final SecureRandom RANDOM = new SecureRandom();
        private static final String MESSAGE = "[\"message\",";
        private static final String ECHO = "[\"echo\",";
        private static final String JOIN = "[\"join\",";
        private static final String SPEAK = "[\"speak\",";

        private final Set<Session> joined;
        private final Map<String, Set<Session>> groups;
        private @Nullable Set<Session> group;
        private @Nullable Session session;

        Client(Set<Session> joined, Map<String, Set<Session>> groups) {
            this.joined = joined;
            this.groups = groups;
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
                throw new IllegalStateException("a text message arrived before the session was opened");
            }
            if (text.startsWith("42")) {
                event(own, text, text.indexOf('['));
            } else if (text.startsWith("40")) {
                joined.add(own); // before the client is told, so that it misses no message
                own.sendText("40{\"sid\":\"" + id() + "\"}", Callback.NOOP);
            } else if (!text.equals("3")) {
                throw new IllegalArgumentException("the client sent a packet that this server does not support");
            }
        }

        /** @param body where the packet's array begins, after the ack's id if it has one */
        private void event(Session own, String text, int body) {
            String ack = body == 2 ? "" : "43" + text.substring(2, body) + "[";
            if (text.startsWith(MESSAGE, body)) {
                String relayed = "42" + text.substring(body);
                joined.forEach(each -> each.sendText(relayed, Callback.NOOP));
                if (!ack.isEmpty()) {
                    own.sendText(ack + "]", Callback.NOOP);
                }
            } else if (text.startsWith(ECHO, body)) {
                own.sendText(ack + text.substring(body + ECHO.length()), Callback.NOOP);
            } else if (text.startsWith(JOIN, body)) {
                Set<Session> chosen =
                        groups.computeIfAbsent(text.substring(body), name -> ConcurrentHashMap.newKeySet());
                chosen.add(own);
                group = chosen;
                own.sendText(ack + "]", Callback.NOOP);
            } else if (text.startsWith(SPEAK, body) && group != null) {
                String relayed = "42" + MESSAGE + text.substring(body + SPEAK.length());
                group.forEach(each -> each.sendText(relayed, Callback.NOOP));
            } else {
                throw new IllegalArgumentException("the client sent an event that this server does not support");
            }
        }

        @Override
        void leave() {
            if (session != null) {
                joined.remove(session);
                if (group != null) {
                    group.remove(session);
                }
            }
        }

        private static String id() {
            byte[] id = new byte[10];
            RANDOM.nextBytes(id);
            return HexFormat.of().formatHex(id);
        }
    }
}
