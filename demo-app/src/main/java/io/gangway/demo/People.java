package io.gangway.demo;

import io.gangway.Namespace;
import io.gangway.PartialResultException;
import io.gangway.RemoteSocket;
import io.gangway.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Who is here, on all nodes: each socket shares who it is, and those who listen hear of every change. Nothing is stored
 * besides, so that a restarted server knows nobody until the clients are back. Thread-safe.
 */
final class People {
    private static final String LISTENERS = "people";
    private static final int MAX_PEOPLE = 200;
    private static final int MAX_ROOMS = 20;
    private static final int MAX_ROOM_NAME = 60;

    /**
     * One socket's user.
     *
     * @param userId the socket's id
     * @param signedIn whether a token has confirmed the name; otherwise this is a guest
     * @param rooms at most 20; rooms with names longer than 60 characters are not shown
     */
    record Person(String userId, String name, boolean signedIn, List<String> rooms) {
        static Person guest(String userId) {
            return new Person(userId, "Guest " + userId.substring(0, 4), false, List.of());
        }
    }

    record Left(String userId) {}

    /** A socket has connected, and is a guest until it says more; one that is back is who it was. */
    void arrived(Socket socket) {
        become(socket, socket.findShared(Person.class).orElseGet(() -> Person.guest(socket.id())));
    }

    /** A socket has said who it is. */
    void named(Socket socket, String name, boolean signedIn) {
        become(socket, new Person(socket.id(), name, signedIn, person(socket).rooms()));
    }

    /** A socket is in these rooms now. */
    void moved(Socket socket, List<String> rooms) {
        Person person = person(socket);
        List<String> shown = rooms.stream()
                .filter(room -> room.length() <= MAX_ROOM_NAME)
                .sorted()
                .limit(MAX_ROOMS)
                .toList();
        become(socket, new Person(person.userId(), person.name(), person.signedIn(), shown));
    }

    /** A socket has left. */
    void left(Socket socket) {
        socket.namespace().to(LISTENERS).emit("personLeft", new Left(socket.id()));
    }

    /** From now on this socket hears {@code person} and {@code personLeft}. */
    void listen(Socket socket) {
        socket.join(LISTENERS);
    }

    boolean listens(Socket socket) {
        return socket.rooms().contains(LISTENERS);
    }

    Person person(Socket socket) {
        return socket.findAttached(Person.class).orElseGet(() -> Person.guest(socket.id()));
    }

    /** The first 200 people; if a node does not answer, those on the other nodes. */
    CompletionStage<List<Person>> everyone(Namespace namespace) {
        return namespace
                .fetchSockets()
                .exceptionally(People::known)
                .thenApply(sockets ->
                        sockets.stream().map(People::person).limit(MAX_PEOPLE).toList());
    }

    private static List<RemoteSocket> known(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof PartialResultException incomplete) {
            return incomplete.partial(RemoteSocket.class);
        }
        throw new CompletionException(cause);
    }

    private static Person person(RemoteSocket socket) {
        return socket.data(Person.class).orElseGet(() -> Person.guest(socket.id()));
    }

    private static void become(Socket socket, Person person) {
        boolean known = socket.findAttached(Person.class).equals(Optional.of(person));
        if (!known) {
            socket.attach(Person.class, person); // for this node
            socket.share(person); // for the others
            socket.namespace().to(LISTENERS).emit("person", person);
        }
    }
}
