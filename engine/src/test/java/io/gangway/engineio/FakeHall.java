package io.gangway.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionAcceptor;
import io.gangway.connection.ConnectionListener;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Accepts every connection and remembers what it hears, of the last one. */
final class FakeHall implements ConnectionAcceptor, ConnectionListener {
    /** What is done with a connection as it is accepted. */
    Consumer<Connection> whenAccepted = connection -> {};
    /** What is done about a text. */
    Consumer<String> whenHeard = text -> {};

    private final List<String> heard = new ArrayList<>();

    @Override
    public ConnectionListener accept(Connection connection) {
        whenAccepted.accept(connection);
        return this;
    }

    /** What has been heard since the last call. */
    synchronized List<String> heard() {
        List<String> next = List.copyOf(heard);
        heard.clear();
        return next;
    }

    private synchronized void hear(String text) {
        heard.add(text);
    }

    @Override
    public void onText(String text) {
        hear(text);
        whenHeard.accept(text);
    }

    @Override
    public void onBinary(ByteBuffer bytes) {
        hear("<" + UTF_8.decode(bytes) + ">");
    }

    @Override
    public void onClose(CloseReason reason, String detail) {
        hear("closed " + reason);
    }
}
