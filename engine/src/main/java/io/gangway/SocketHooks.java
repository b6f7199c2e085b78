package io.gangway;

import io.gangway.logs.SparingLog;
import io.gangway.protocol.Emission;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The listeners of one namespace that are told of changes of its sockets: of their rooms, transports and shared data, in the
 * connection's order, and of the events sent to them, at once. Immutable. A failure is logged, and the others are told all
 * the same.
 */
final class SocketHooks implements MemberHooks {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(SocketHooks.class));

    private final List<RoomListener> joins;
    private final List<RoomListener> leaves;
    private final List<ConnectHandler> upgrades;
    private final List<ConnectHandler> shares;
    private final List<EventListener> outgoing;
    private final Observers observers;

    SocketHooks(NamespaceDefinition definition, Observers observers) {
        this.observers = observers;
        this.joins = List.copyOf(definition.joinListeners());
        this.leaves = List.copyOf(definition.leaveListeners());
        this.upgrades = List.copyOf(definition.upgradeHandlers());
        this.shares = List.copyOf(definition.shareHandlers());
        this.outgoing = List.copyOf(definition.outgoingListeners());
    }

    @Override
    public boolean hearOfRooms() {
        return !joins.isEmpty() || !leaves.isEmpty() || observers.areWatching();
    }

    @Override
    public boolean hearOfEvents() {
        return !outgoing.isEmpty() || observers.areWatching();
    }

    @Override
    public boolean describeConnections() {
        return observers.describeConnections();
    }

    @Override
    public void roomsChanged(Member member, List<String> joined, List<String> left) {
        if (joined.isEmpty() && left.isEmpty()) {
            return;
        }
        Socket socket = socket(member);
        socket.mailbox().post(() -> {
            for (String room : left) {
                tell(leaves, listener -> listener.onRoom(socket, room), "onLeave");
                observers.tell(observer -> observer.onLeave(socket, room));
            }
            for (String room : joined) {
                tell(joins, listener -> listener.onRoom(socket, room), "onJoin");
                observers.tell(observer -> observer.onJoin(socket, room));
            }
        });
    }

    @Override
    public void upgraded(Member member) {
        later(upgrades, member, EngineObserver::onUpgrade, "onUpgrade");
    }

    @Override
    public void shared(Member member) {
        later(shares, member, EngineObserver::onShare, "onShare");
    }

    private void later(
            List<ConnectHandler> handlers, Member member, BiConsumer<EngineObserver, Socket> news, String where) {
        if (!handlers.isEmpty() || observers.areWatching()) {
            Socket socket = socket(member);
            socket.mailbox().post(() -> {
                tell(handlers, handler -> handler.onConnect(socket), where);
                observers.tell(observer -> news.accept(observer, socket));
            });
        }
    }

    @Override
    public Consumer<Member> before(Emission emission, Consumer<Member> next) {
        Arguments arguments =
                new Arguments(emission.event(), emission.elements().rest());
        boolean watched = observers.areWatching();
        return member -> {
            Event event = new Event(socket(member), emission.event(), arguments, emission.ackId());
            tell(outgoing, listener -> listener.onEvent(event), "onAnyOutgoing");
            if (watched) {
                observers.tell(observer -> observer.onSent(event));
            }
            next.accept(member);
        };
    }

    /** Every member is a socket, because no other class extends it. */
    private static Socket socket(Member member) {
        return (Socket) member;
    }

    private interface Telling<L> {
        void tell(L listener) throws Exception;
    }

    private static <L> void tell(List<L> listeners, Telling<L> telling, String where) {
        for (L listener : listeners) {
            try {
                telling.tell(listener);
            } catch (Throwable failure) {
                sparing.error(failure, "a listener of {}(..) failed", where);
            }
        }
    }
}
