package io.gangway.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ClientAck;
import io.gangway.cluster.ClusterMessage.ClientCount;
import io.gangway.cluster.ClusterMessage.Disconnect;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.Fetched;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.cluster.ClusterMessage.ListRooms;
import io.gangway.cluster.ClusterMessage.RoomsListed;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterMessage.ServerReply;
import io.gangway.cluster.Payload;
import io.gangway.cluster.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A message in a few words, with {@code <sid>} in place of each socket id: what captured traffic is compared by. */
final class MessageText {
    private static final Pattern SOCKET_ID = Pattern.compile("[A-Za-z0-9_-]{16}AAA[A-Z]");

    private MessageText() {}

    static String of(ClusterMessage message) {
        if (message instanceof Broadcast broadcast) {
            return "broadcast " + told(broadcast.target()) + " " + told(broadcast.event())
                    + (broadcast.lossy() ? " lossy" : "")
                    + (broadcast.wantsAcks() ? " acks within " + broadcast.timeout() : "");
        }
        if (message instanceof Join join) {
            return "join " + told(join.target()) + " " + sorted(join.rooms());
        }
        if (message instanceof Leave leave) {
            return "leave " + told(leave.target()) + " " + sorted(leave.rooms());
        }
        if (message instanceof Disconnect disconnect) {
            return "disconnect " + told(disconnect.target()) + (disconnect.closes() ? " closing" : "");
        }
        if (message instanceof Fetch fetch) {
            return "fetch " + told(fetch.target());
        }
        if (message instanceof ListRooms) {
            return "list rooms";
        }
        if (message instanceof ServerEvent event) {
            return "server event " + told(event.event()) + (event.wantsReply() ? " reply" : "");
        }
        if (message instanceof Fetched fetched) {
            List<String> sockets = new ArrayList<>();
            fetched.sockets().forEach(socket -> {
                assertEquals("Upgrade", socket.handshake().headers().get("connection"));
                assertEquals(
                        Set.of("q", "EIO", "transport"),
                        socket.handshake().query().keySet());
                assertEquals(Map.of("token", "abc"), socket.handshake().auth());
                assertEquals("127.0.0.1", socket.handshake().address());
                assertTrue(socket.handshake().time().toString().startsWith("2026-11-22T18:3"));
                assertEquals(
                        "/socket.io/?q=1&EIO=4&transport=websocket",
                        socket.handshake().url());
                sockets.add(SOCKET_ID.matcher(socket.id()).replaceAll("<sid>") + " in " + sorted(socket.rooms())
                        + " with " + told(socket.data()));
            });
            return "fetched " + sockets;
        }
        if (message instanceof RoomsListed listed) {
            return "rooms " + sorted(listed.rooms());
        }
        if (message instanceof ServerReply reply) {
            return "server reply " + told(reply.value());
        }
        if (message instanceof ClientCount count) {
            return "clients " + count.clients();
        }
        return "ack " + told(((ClientAck) message).value());
    }

    private static String told(Target target) {
        return target.equals(Target.ALL)
                ? "everyone"
                : "to " + sorted(target.rooms()) + (target.except().isEmpty() ? "" : " but " + sorted(target.except()));
    }

    private static String told(Payload payload) {
        return PlainJson.write(payload.value());
    }

    private static Set<String> sorted(Set<String> rooms) {
        return rooms.stream()
                .map(room -> SOCKET_ID.matcher(room).replaceAll("<sid>"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
