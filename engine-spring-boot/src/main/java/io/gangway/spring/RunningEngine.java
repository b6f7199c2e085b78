package io.gangway.spring;

import io.gangway.Engine;
import io.gangway.Namespace;
import org.jspecify.annotations.Nullable;

/**
 * The application's engine, for services that emit. A bean that may be injected anywhere, into services that gateways use as
 * well: the engine itself is built when all beans are there. Thread-safe.
 *
 * <pre>{@code
 * void notify(String user, Notification notification) {
 *     engine.namespace("/notifications").user(user).emit("notification", notification);
 * }
 * }</pre>
 */
public final class RunningEngine {
    private volatile State state = State.NOT_STARTED;
    private volatile @Nullable Engine engine;

    /** How far the application's engine is. */
    public enum State {
        /** The beans are being made. */
        NOT_STARTED,
        /** Clients may come. */
        RUNNING,
        /** Clients are being let go, before the application stops. */
        DRAINING,
        /** The application has stopped, or was stopped. */
        STOPPED
    }

    RunningEngine() {}

    /**
     * The engine.
     *
     * @return the engine
     * @throws IllegalStateException before all beans are there, and after the application has stopped
     */
    public Engine get() {
        Engine current = engine;
        if (current == null) {
            throw new IllegalStateException(
                    state == State.NOT_STARTED
                            ? "the engine starts when all beans are there: use it when something happens, not in a"
                                    + " constructor or @PostConstruct method; an ApplicationRunner runs late enough"
                            : "the engine has stopped with the application");
        }
        return current;
    }

    /**
     * A namespace of the engine, see {@link Engine#namespace}.
     *
     * @param name such as {@code /chat}
     * @return the namespace
     * @throws IllegalStateException before all beans are there, and after the application has stopped
     * @throws java.util.NoSuchElementException if there is none of this name
     */
    public Namespace namespace(String name) {
        return get().namespace(name);
    }

    /**
     * How far the engine is.
     *
     * @return the state
     */
    public State state() {
        return state;
    }

    void enter(State next, @Nullable Engine current) {
        this.engine = current;
        this.state = next;
    }

    @Override
    public String toString() {
        return "RunningEngine[" + state + "]";
    }
}
