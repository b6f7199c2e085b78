package io.gangway.admin;

import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.BroadcastOperator;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.Namespace;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What administrators may do, on all nodes at once: each command names a namespace and, if not all of it, a room or socket. */
final class Commands {
    private static final Logger log = LoggerFactory.getLogger(Commands.class);

    /** Their names, as the page knows them: what can be done to one socket, then to many. */
    static final List<String> FEATURES =
            List.of("EMIT", "JOIN", "LEAVE", "DISCONNECT", "MJOIN", "MLEAVE", "MDISCONNECT");

    private final Supplier<Engine> engine;

    private interface Command {
        void run(Namespace namespace, Arguments arguments);
    }

    Commands(Supplier<Engine> engine) {
        this.engine = engine;
    }

    void addTo(NamespaceBuilder admin) {
        on(admin, "emit", Commands::emit);
        on(
                admin,
                "join",
                (namespace, arguments) -> chosen(namespace, arguments, 2).socketsJoin(arguments.get(1, String.class)));
        on(
                admin,
                "leave",
                (namespace, arguments) -> chosen(namespace, arguments, 2).socketsLeave(arguments.get(1, String.class)));
        on(admin, "_disconnect", Commands::disconnect);
    }

    private void on(NamespaceBuilder admin, String name, Command command) {
        admin.on(name, (socket, arguments) -> run(socket, name, command, arguments));
    }

    private Ack run(Socket socket, String name, Command command, Arguments arguments) {
        try {
            Namespace namespace = engine.get().namespace(arguments.get(0, String.class));
            log.info(
                    "admin UI: {} from {}: {} in {}", socket, socket.handshake().address(), name, namespace);
            command.run(namespace, arguments);
            return Ack.empty();
        } catch (NoSuchElementException | IllegalArgumentException refused) {
            throw new EngineException(String.valueOf(refused.getMessage()));
        }
    }

    private static void emit(Namespace namespace, Arguments arguments) {
        List<@Nullable Object> all = arguments.values();
        chosen(namespace, arguments, 1)
                .emit(arguments.get(2, String.class), all.subList(3, all.size()).toArray());
    }

    private static void disconnect(Namespace namespace, Arguments arguments) {
        BroadcastOperator chosen = chosen(namespace, arguments, 2);
        if (arguments.find(1, Boolean.class).orElse(false)) {
            chosen.closeConnections();
        } else {
            chosen.disconnectSockets();
        }
    }

    /** The sockets in the room, or with the id, that this argument names; all, if it names none. */
    private static BroadcastOperator chosen(Namespace namespace, Arguments arguments, int filter) {
        Optional<String> room = arguments.find(filter, String.class).filter(name -> !name.isEmpty());
        return room.isPresent() ? namespace.to(room.get()) : namespace.except();
    }
}
