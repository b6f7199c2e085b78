package io.gangway.redis;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.ListRooms;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.Payload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One namespace: what it says goes out in its wire format, what is heard of it comes in. Thread-safe. */
final class Line implements Cluster.Channel {
    private final String namespace;
    private final String nodeId;
    private final WireFormat format;
    private final Cluster.Inbound inbound;
    private final Home home;

    // Confined to the desk.
    private final Map<String, Subscription> rooms = new HashMap<>();
    private @Nullable Boolean toldUp;

    /** What all lines of a cluster share. */
    interface Home {
        /** Runs what may wait for Redis, one thing at a time, in order. */
        Executor desk();

        Lanes lanes();

        Tally tally();

        SparseLog malformed();

        SparseLog handlerErrors();

        long maxLen();

        /** Whose messages these are from now on. On the desk. */
        void attach(Subscription subscription, Line line);

        /** These messages are nobody's any more, if they were this line's. On the desk. */
        boolean detach(Subscription subscription, Line line);

        /** Takes the line out, if it is still the namespace's. */
        void closed(Line line);

        /** Looks again who has to be told what. On the desk. */
        void linkMayHaveChanged();
    }

    Line(String namespace, String nodeId, WireFormat format, Cluster.Inbound inbound, Home home) {
        this.namespace = namespace;
        this.nodeId = nodeId;
        this.format = format;
        this.inbound = inbound;
        this.home = home;
    }

    String namespace() {
        return namespace;
    }

    @Override
    public String nodeId() {
        return nodeId;
    }

    // ---- out

    @Override
    public CompletionStage<String> publish(ClusterMessage message) {
        Command.Kind kind = isPrompt(message) ? Command.Kind.PROMPT_MESSAGE : Command.Kind.MESSAGE;
        Payload event = event(message);
        // How much binary data takes is known when it is written.
        return event == null || event.hasBinary()
                ? send(() -> format.publish(message), kind)
                : send(Command.of(format, message, event.json().length(), kind, home.maxLen()));
    }

    private static @Nullable Payload event(ClusterMessage message) {
        if (message instanceof Broadcast broadcast) {
            return broadcast.event();
        }
        return message instanceof ServerEvent event ? event.event() : null;
    }

    /** What may be lost, and what asks, is not to come later. */
    private static boolean isPrompt(ClusterMessage message) {
        return message instanceof Fetch
                || message instanceof ListRooms
                || (message instanceof Broadcast broadcast && (broadcast.lossy() || broadcast.wantsAcks()))
                || (message instanceof ServerEvent event && event.wantsReply());
    }

    @Override
    public void respond(String toNode, ClusterMessage response) {
        send(() -> format.respond(toNode, response), Command.Kind.MESSAGE).exceptionally(notSent -> {
            if (notSent instanceof IllegalArgumentException) {
                home.handlerErrors().warn("an answer in " + namespace + " cannot be written", notSent.toString());
            }
            return "";
        });
    }

    private interface Writing {
        Outgoing write();
    }

    private CompletionStage<String> send(Writing writing, Command.Kind kind) {
        Outgoing outgoing;
        try {
            outgoing = writing.write();
        } catch (IllegalArgumentException unwritable) {
            return CompletableFuture.failedStage(unwritable);
        }
        return send(Command.of(outgoing, kind, home.maxLen()));
    }

    private CompletionStage<String> send(Command command) {
        home.tally().offered.increment();
        home.lanes().send(command);
        return command.sent();
    }

    @Override
    public CompletionStage<Integer> nodeCount() {
        return home.lanes().count(format.counted()).thenApply(Math::toIntExact);
    }

    // ---- in

    /** On a reader's thread: only reads, and hands over. */
    void receive(String channel, byte[] body) {
        String room = format.room(channel);
        if (room != null && !hasRoom(room)) {
            home.tally().roomSkipped.increment();
            return;
        }
        accept(channel, "", () -> format.read(channel, body), message -> format.confirmation(message, body));
    }

    /** On a reader's thread, for an entry of this namespace. */
    void receiveEntry(String stream, String id, Map<String, byte[]> fields) {
        if (format instanceof StreamsFormat entries) {
            accept(stream, id, () -> entries.readEntry(fields), message -> null);
        }
    }

    private interface Reading {
        @Nullable
        ClusterMessage read() throws MalformedMessageException;
    }

    private interface Confirming {
        WireFormat.@Nullable Confirmation of(ClusterMessage message) throws MalformedMessageException;
    }

    /** Whatever is wrong with one message does not keep the reader from the next. */
    private void accept(String source, String offset, Reading reading, Confirming confirming) {
        ClusterMessage message;
        WireFormat.Confirmation confirmation;
        try {
            message = reading.read();
            confirmation = message == null ? null : confirming.of(message);
        } catch (MalformedMessageException | RuntimeException | StackOverflowError malformed) {
            home.tally().malformed.increment();
            home.malformed().warn("a malformed message on " + source, described(malformed));
            return;
        }
        if (message == null) {
            home.tally().selfSkipped.increment();
            return;
        }
        home.tally().received.increment();
        if (confirmation != null && !hasRoom(confirmation.socket())) { // to be asked before a disconnect
            confirmation = null;
        }
        try {
            inbound.message(message, offset);
            if (confirmation != null) {
                send(confirmation::answer, Command.Kind.MESSAGE);
            }
        } catch (IllegalArgumentException unusable) {
            home.tally().malformed.increment();
            home.malformed().warn("a message on " + source + " cannot be used", String.valueOf(unusable.getMessage()));
        } catch (RuntimeException | StackOverflowError failed) {
            home.tally().handlerErrors.increment();
            home.handlerErrors().warn("a message on " + source + " could not be handled", failed.toString());
        }
    }

    private static String described(Throwable malformed) {
        return malformed instanceof MalformedMessageException
                ? String.valueOf(malformed.getMessage())
                : malformed.toString();
    }

    private boolean hasRoom(String room) {
        try {
            return inbound.hasRoom(room);
        } catch (RuntimeException failed) {
            home.tally().handlerErrors.increment();
            home.handlerErrors().warn("whether " + namespace + " has a room cannot be told", failed.toString());
            return true;
        }
    }

    // ---- what is listened to: all of it on the desk

    @Override
    public CompletionStage<Void> roomChanged(String room) {
        Subscription subscription = format.subscription(room);
        if (subscription == null) {
            return CompletableFuture.completedStage(null);
        }
        CompletableFuture<Void> hearing = new CompletableFuture<>();
        home.desk()
                .execute(() -> follow(room, subscription).whenComplete((done, failure) -> {
                    if (failure == null) {
                        hearing.complete(null);
                    } else {
                        hearing.completeExceptionally(failure);
                    }
                }));
        return hearing;
    }

    /** The room's members decide, not who asked: so what is asked later never undoes what is true now. */
    private CompletionStage<Void> follow(String room, Subscription subscription) {
        if (hasRoom(room)) {
            rooms.put(room, subscription);
            home.attach(subscription, this);
            return home.lanes().want(subscription, false);
        }
        if (rooms.remove(room) != null && home.detach(subscription, this)) {
            home.lanes().unwant(subscription);
        }
        return CompletableFuture.completedStage(null);
    }

    /** Begins to listen; on the desk. */
    void listen(@Nullable Line former) {
        for (Subscription subscription : format.subscriptions()) {
            home.attach(subscription, this);
            if (subscription.kind() != Subscription.Kind.STREAM) {
                home.lanes()
                        .want(subscription, subscription.equals(format.counted()))
                        .whenComplete((done, failure) -> home.desk().execute(home::linkMayHaveChanged));
            }
        }
        if (former != null) {
            Map<String, Subscription> inherited = Map.copyOf(former.rooms);
            rooms.putAll(inherited);
            inherited.forEach((room, subscription) -> {
                home.attach(subscription, this);
                follow(room, subscription);
            });
        }
    }

    /** Whether all that the namespace listens to is confirmed. */
    private boolean hears() {
        long now = System.nanoTime();
        return format.subscriptions().stream()
                .filter(subscription -> subscription.kind() != Subscription.Kind.STREAM)
                .allMatch(subscription -> home.lanes().hears(subscription, now));
    }

    /** On the desk. */
    void tell(boolean linkIsUp) {
        boolean up = linkIsUp && hears();
        if (toldUp != null ? toldUp != up : up) {
            toldUp = up;
            try {
                inbound.linkChanged(up);
            } catch (RuntimeException failed) {
                home.tally().handlerErrors.increment();
                home.handlerErrors().warn(namespace + " does not take the state of its link", failed.toString());
            }
        }
    }

    /** Is not counted any more; on the desk. */
    CompletionStage<Void> retire() {
        return home.lanes().unwant(format.counted());
    }

    @Override
    public void close() {
        home.closed(this);
        home.desk().execute(() -> {
            List<Subscription> subscriptions = format.subscriptions();
            for (int last = subscriptions.size() - 1; last >= 0; last--) {
                if (home.detach(subscriptions.get(last), this)
                        && subscriptions.get(last).kind() != Subscription.Kind.STREAM) {
                    home.lanes().unwant(subscriptions.get(last));
                }
            }
            rooms.values().forEach(subscription -> {
                if (home.detach(subscription, this)) {
                    home.lanes().unwant(subscription);
                }
            });
            rooms.clear();
        });
    }

    WireFormat format() {
        return format;
    }

    @Override
    public String toString() {
        return "Line[" + namespace + ", node " + nodeId + "]";
    }
}
