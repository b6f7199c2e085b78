package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Introduction;
import io.gangway.clients.RealClient.Via;
import io.gangway.redis.mixed.Peer.Kind;
import io.gangway.testing.Eventually;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Two Node.js servers and two Java servers on one real Redis, and stock clients on each. */
final class MixedCluster implements AutoCloseable {
    private static final int SOCKET_ID_LENGTH = 20;
    private static final String LISTENERS = Peer.NAMESPACES.get(3);
    private static final String MESSAGE_PACK = "socket.io-msgpack-parser";

    /** Which client is used. */
    enum Dialect {
        JAVASCRIPT,
        MESSAGE_PACK,
        JAVA,
        /** A WebSocket without Socket.IO, in the main namespace of a Java server. */
        PLAIN
    }

    private final AdapterMode mode;
    private final List<Peer> peers = new ArrayList<>();
    /** Who has sockets in a room, by the room's channel. */
    private final Map<String, Set<Peer>> members = new HashMap<>();

    private final Set<String> namespaces = new HashSet<>();
    private final List<RealClient> guests = new ArrayList<>();
    /** A client on each server, in a namespace that no test uses. */
    private final List<RealClient> listeners = new ArrayList<>();

    private long silences;

    private MixedCluster(AdapterMode mode) {
        this.mode = mode;
    }

    /** Starts the servers, and waits until each receives messages of every other. */
    static MixedCluster start(AdapterMode mode) {
        return start(mode, "");
    }

    /** The same with a second Node.js server that speaks MessagePack: a server of Node.js has one parser for all. */
    static MixedCluster startWithMessagePack(AdapterMode mode) {
        return start(mode, MESSAGE_PACK);
    }

    private static MixedCluster start(AdapterMode mode, String parser) {
        MixedCluster cluster = new MixedCluster(mode);
        String redisUrl = SharedProcesses.redis().url();
        NodePeers node = SharedProcesses.node();
        try {
            cluster.peers.add(node.start("node 1", mode, redisUrl, ""));
            cluster.peers.add(node.start("node 2", mode, redisUrl, parser));
            cluster.peers.add(JavaPeer.start("java 1", mode.connect(redisUrl)));
            cluster.peers.add(JavaPeer.start("java 2", mode.connect(redisUrl)));
            cluster.awaitServers();
            cluster.awaitVoices();
        } catch (Throwable failure) {
            cluster.close();
            throw failure;
        }
        return cluster;
    }

    private void awaitServers() {
        for (String namespace : Peer.NAMESPACES) {
            for (Peer peer : peers) {
                Eventually.equal(peers.size(), () -> peer.serverCount(namespace));
            }
        }
    }

    /** A Node.js server that reads a stream misses what comes between two of its first readings. */
    private void awaitVoices() {
        peers.forEach(peer -> listeners.add(open(peer, usual(peer), LISTENERS)));
        listeners.forEach(listener -> listener.expect("connect"));
        for (Peer speaker : peers) {
            Set<RealClient> deaf = new HashSet<>(listeners);
            Eventually.holds("everyone hears " + speaker, () -> {
                speaker.emit(Scope.of(LISTENERS), "audible", speaker.name());
                deaf.removeIf(listener -> listener.poll()
                        .filter(next -> next.arguments().equals(List.of(speaker.name())))
                        .isPresent());
                return deaf.isEmpty();
            });
        }
        awaitQuiet();
    }

    /** Makes sure that every server has handled all earlier messages. */
    private void awaitQuiet() {
        long number = ++silences;
        peers.get(0).emit(Scope.of(LISTENERS), "quiet", number);
        for (RealClient listener : listeners) {
            RealClient.Happening next = listener.next();
            while (!next.arguments().equals(List.of(number))) {
                next = listener.next();
            }
        }
    }

    AdapterMode mode() {
        return mode;
    }

    /** How many servers there are. */
    int size() {
        return peers.size();
    }

    List<Peer> peers() {
        return peers;
    }

    /** The servers of this kind. */
    List<Peer> peers(Kind kind) {
        return peers.stream().filter(peer -> peer.kind() == kind).toList();
    }

    /**
     * A client on a server, in these rooms there: once it is known to be. Clients of the last server are written in
     * Java, the others in JavaScript; those of the first Java server speak MessagePack.
     */
    RealClient join(Peer peer, String namespace, Object... rooms) {
        return join(peer, usual(peer), namespace, rooms);
    }

    /** A client of this dialect, which the server understands. */
    RealClient join(Peer peer, Dialect dialect, String namespace, Object... rooms) {
        return joined(open(peer, dialect, namespace, rooms), peer, namespace, rooms);
    }

    private Dialect usual(Peer peer) {
        if (peer instanceof NodePeer node) {
            return node.parser().isEmpty() ? Dialect.JAVASCRIPT : Dialect.MESSAGE_PACK;
        }
        return peer.equals(peers.get(peers.size() - 1)) ? Dialect.JAVA : Dialect.MESSAGE_PACK;
    }

    private static RealClient open(Peer peer, Dialect dialect, String namespace, Object... rooms) {
        String names = new Gson().toJson(rooms);
        Introduction introduction =
                Introduction.via(Via.WEBSOCKET).namespace(namespace).auth("rooms", names);
        return switch (dialect) {
            case JAVASCRIPT -> SharedProcesses.javaScriptClients().open(peer.port(), introduction);
            case MESSAGE_PACK ->
                SharedProcesses.javaScriptClients()
                        .open("http://localhost:" + peer.port(), introduction, Map.of("parser", MESSAGE_PACK));
            case JAVA -> SharedProcesses.javaClients().open(peer.port(), introduction);
            case PLAIN ->
                SharedProcesses.javaScriptClients()
                        .openPlain(
                                peer.port(),
                                JavaPeer.PLAIN_ROUTE + "?rooms=" + URLEncoder.encode(names, StandardCharsets.UTF_8),
                                "ws");
        };
    }

    /** Another socket on the connection of a client, in another namespace. */
    RealClient joinBeside(RealClient client, Peer peer, String namespace) {
        return joined(client.join(namespace), peer, namespace);
    }

    private RealClient joined(RealClient client, Peer peer, String namespace, Object... rooms) {
        guests.add(client);
        client.expect("connect");
        assertEquals(List.of(), RealClient.answer(client.call("ready"))); // the connect handler is done
        namespaces.add(namespace);
        if (mode.hasRoomChannels()) {
            for (Object room : rooms) {
                // A Java server relies on no sender using the channel of a room that could be a socket's own.
                if (mode.hasPrivateRoomChannels() || room.toString().length() != SOCKET_ID_LENGTH) {
                    awaitRoom(peer, namespace, room.toString());
                }
            }
        }
        if (mode.hasPrivateRoomChannels()) {
            awaitRoom(peer, namespace, client.id());
        }
        return client;
    }

    /** A Node.js server does not wait until its subscription to a room is confirmed. */
    void awaitRoom(Peer peer, String namespace, String room) {
        String channel = "socket.io#" + namespace + "#" + room + "#";
        members.computeIfAbsent(channel, absent -> new HashSet<>()).add(peer);
        long expected = members.get(channel).size();
        Eventually.equal(expected, () ->
                (Long) ((List<?>) SharedProcesses.redis().command("PUBSUB", "SHARDNUMSUB", channel)).get(1));
    }

    /** Disconnects all clients, so that the next test sees neither them nor events for them. */
    void forgetClients() {
        guests.forEach(RealClient::disconnect);
        guests.clear();
        members.clear();
        for (String namespace : Peer.NAMESPACES) {
            if (namespaces.remove(namespace)) {
                Eventually.equal(List.of(), () -> peers.get(0).fetchSockets(Scope.of(namespace)));
            }
        }
        namespaces.clear();
        awaitQuiet();
    }

    @Override
    public void close() {
        SharedProcesses.javaScriptClients().forget();
        SharedProcesses.javaClients().forget();
        peers.forEach(Peer::close);
    }
}
