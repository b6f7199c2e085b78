package io.gangway.admin;

import io.gangway.Engine;
import io.gangway.EngineStats;
import io.gangway.Namespace;
import io.gangway.SlowClients;
import io.gangway.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the administrators of one engine what happens, on a thread of its own. Thread-safe. */
final class Running {
    private static final Logger log = LoggerFactory.getLogger(Running.class);

    /** The ticks, of one second each, from one report of the server to the next. */
    private static final int REPORT = 2;

    /** The ticks from one look for administrators at other nodes to the next. */
    private static final int LOOK = 10;

    final Engine engine;
    final Audience audience;
    final Watcher watcher;

    private final AdminSettings settings;
    private final Namespace namespace;
    private final Reports reports;

    /** Null unless the engine runs. */
    private volatile @Nullable ScheduledThreadPoolExecutor thread;

    // Used by the thread only.
    private final Traffic traffic = new Traffic();
    private @Nullable ServerView view;
    private int ticks;

    Running(Engine engine, AdminSettings settings) {
        this.engine = engine;
        this.settings = settings;
        this.namespace = engine.namespace(settings.namespace());
        this.audience = new Audience(namespace);
        this.reports = new Reports(this::execute, this::tell);
        this.watcher = new Watcher(namespace.name(), reports);
    }

    void start() {
        ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "gangway-admin");
            thread.setDaemon(true);
            return thread;
        });
        ScheduledFuture<?> unused = started.scheduleWithFixedDelay(
                () -> guarded(this::tick), 0, settings.tick().toMillis(), TimeUnit.MILLISECONDS);
        thread = started;
    }

    void stop() {
        ScheduledThreadPoolExecutor stopped = thread;
        thread = null;
        if (stopped != null) {
            stopped.shutdownNow();
            reports.forget(); // the engine may start again, and its new thread has none of the old one's tasks
        }
    }

    private void execute(Runnable task) {
        ScheduledThreadPoolExecutor open = thread;
        if (open == null) {
            throw new RejectedExecutionException("the engine does not run");
        }
        open.execute(() -> guarded(task));
    }

    /** The next tick would not come after an exception. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            try {
                log.warn("admin UI: cannot tell the administrators what happens", failure);
            } catch (Throwable outOfMemory) {
                // Nothing is left to be done but to go on.
            }
        }
    }

    /** An administrator has come to this node: is told what there is, and only then what happens. */
    void welcome(Socket socket) {
        socket.emit("config", Map.of("supportedFeatures", features()));
        try {
            execute(() -> socket.emit("server_stats", view().with(engine.stats(), List.of())));
        } catch (RejectedExecutionException closing) {
            return;
        }
        audience.arrived();
        if (settings.isDevelopment()) {
            showAllSockets(List.of(socket));
        }
    }

    private List<String> features() {
        List<String> features = new ArrayList<>();
        if (settings.rights() == AdminSettings.Rights.WRITE) {
            features.addAll(Commands.FEATURES);
        }
        features.add("AGGREGATED_EVENTS");
        if (settings.isDevelopment()) {
            features.add("ALL_EVENTS");
        }
        return features;
    }

    private void showAllSockets(List<Socket> administrators) {
        // One that is too slow even for these has no use for what follows.
        Inventory.take(
                engine,
                this::execute,
                sockets -> administrators.forEach(
                        socket -> socket.whenSlow(SlowClients.CLOSE).emit("all_sockets", sockets)));
    }

    // ---- on the thread

    private void tick() {
        if (ticks % LOOK == 0) {
            audience.look();
            watcher.forgetGone();
            if (reports.haveLost()) {
                showAllSockets(List.copyOf(namespace.sockets()));
            }
        }
        ticks++;
        if (!audience.isThere()) {
            traffic.forget();
            watcher.forget();
            return;
        }
        EngineStats stats = engine.stats();
        traffic.sample(stats, System.currentTimeMillis() / 1000 * 1000);
        if (ticks % REPORT == 0) {
            tell("server_stats", view().with(stats, traffic.take()));
        }
    }

    private ServerView view() {
        ServerView known = view;
        if (known == null) {
            known = new ServerView(engine, settings.serverId());
            view = known;
        }
        return known;
    }

    private void tell(String event, @Nullable Object... arguments) {
        if (audience.isElsewhere()) {
            namespace.emit(event, arguments);
        } else {
            namespace.local().emit(event, arguments);
        }
    }
}
