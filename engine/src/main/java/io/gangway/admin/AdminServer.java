package io.gangway.admin;

import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.EngineObserver;
import io.gangway.Event;
import io.gangway.Socket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One engine's part of the admin UI: hears what happens, and passes it on. Thread-safe. */
final class AdminServer implements EngineObserver {
    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

    private final AdminSettings settings;

    /** Null until the engine has been built. */
    private volatile @Nullable Running running;

    AdminServer(AdminSettings settings) {
        this.settings = settings;
    }

    /** The engine has been built that this is to be a part of. */
    synchronized void join(Engine engine) {
        if (running != null) {
            throw new IllegalStateException("this builder's AdminUi belongs to the engine that it has built: pass an "
                    + "AdminUi to a builder of its own for each engine");
        }
        if (settings.login() == null) {
            log.warn(
                    "admin UI: everybody who can reach {} may administer this server; use AdminUi.login(..)",
                    settings.namespace());
        }
        running = new Running(engine, settings);
    }

    private Running running() {
        Running built = running;
        if (built == null) {
            throw new IllegalStateException("the engine has not been built yet");
        }
        return built;
    }

    Engine engine() {
        return running().engine;
    }

    // ---- administrators come and go

    void welcome(Socket socket) {
        running().welcome(socket);
    }

    void farewell() {
        running().audience.changed();
    }

    void arrivedElsewhere() {
        running().audience.arrivedElsewhere();
    }

    // ---- what the engine tells

    @Override
    public void onStart() {
        running().start();
    }

    @Override
    public void onStop() {
        running().stop();
    }

    @Override
    public boolean isWatching() {
        Running now = running;
        return now != null && settings.isDevelopment() && now.audience.isThere();
    }

    @Override
    public boolean describesConnections() {
        return settings.isDevelopment();
    }

    @Override
    public void onConnect(Socket socket) {
        running().watcher.connected(socket);
    }

    @Override
    public void onUpgrade(Socket socket) {
        running().watcher.upgraded(socket);
    }

    @Override
    public void onShare(Socket socket) {
        running().watcher.shared(socket);
    }

    @Override
    public void onJoin(Socket socket, String room) {
        running().watcher.joined(socket, room);
    }

    @Override
    public void onLeave(Socket socket, String room) {
        running().watcher.left(socket, room);
    }

    @Override
    public void onReceived(Event event) {
        running().watcher.received(event);
    }

    @Override
    public void onSent(Event event) {
        running().watcher.sent(event);
    }

    @Override
    public void onDisconnect(Socket socket, DisconnectReason reason) {
        running().watcher.disconnected(socket, reason);
    }
}
