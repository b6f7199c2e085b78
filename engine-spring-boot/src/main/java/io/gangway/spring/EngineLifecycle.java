package io.gangway.spring;

import io.gangway.Engine;
import io.gangway.spring.RunningEngine.State;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Builds the engine when all singletons are there and before the web server lets requests in; closes it when the web server has
 * stopped. A context that is started again gets another engine.
 */
final class EngineLifecycle implements SmartLifecycle, DisposableBean {
    /** One step before that of the web server, which is {@code WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE}. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3 * 1024;

    private final EngineAssembly assembly;
    private final Places places;
    private final RunningEngine running;

    private volatile @Nullable Mounted mounted;

    private record Mounted(Engine engine, Place place) {}

    EngineLifecycle(EngineAssembly assembly, Places places, RunningEngine running) {
        this.assembly = assembly;
        this.places = places;
        this.running = running;
    }

    @Override
    public void start() {
        Place place = places.choose();
        Engine engine = assembly.build(place);
        mounted = new Mounted(engine, place);
        try {
            place.mount(engine);
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
        running.enter(State.RUNNING, engine);
    }

    /** Lets clients in. */
    void open() {
        Mounted current = mounted;
        if (current != null) {
            current.place().open(current.engine());
        }
    }

    @Override
    public void stop() {
        close();
    }

    /** Also after a start that failed half-way, where nobody calls {@link #stop}. */
    @Override
    public void destroy() {
        close();
    }

    private void close() {
        Mounted current = mounted;
        if (current != null) {
            mounted = null;
            running.enter(State.STOPPED, null);
            try {
                current.place().unmount();
            } finally {
                current.engine().close();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return mounted != null;
    }

    /** As the web server, which a paused context keeps. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
