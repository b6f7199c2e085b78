package io.gangway.spring;

import io.gangway.Engine;
import io.gangway.spring.RunningEngine.State;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Lets clients in when the web server runs, and lets them go before it stops. Spring Boot's graceful shutdown comes next and
 * waits for requests under way: a poll that waits for an event is one, until its client has been told to leave.
 */
final class TrafficLifecycle implements SmartLifecycle {
    /** One step before the graceful shutdown, which is {@code WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE}. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

    private static final Logger log = LoggerFactory.getLogger(TrafficLifecycle.class);

    private final EngineLifecycle lifecycle;
    private final RunningEngine running;
    private final Duration drain;

    private volatile boolean open;

    TrafficLifecycle(EngineLifecycle lifecycle, RunningEngine running, Duration drain) {
        this.lifecycle = lifecycle;
        this.running = running;
        this.drain = drain;
    }

    @Override
    public void start() {
        lifecycle.open();
        open = true;
    }

    @Override
    public void stop() {
        throw new UnsupportedOperationException("the clients are let go in a thread of its own: call stop(Runnable)");
    }

    @Override
    public void stop(Runnable callback) {
        open = false;
        if (running.state() != State.RUNNING) {
            callback.run();
            return;
        }
        Engine engine = running.get();
        running.enter(State.DRAINING, engine);
        Runnable task = () -> {
            try {
                engine.drain(drain);
            } catch (RuntimeException failure) {
                log.error("The clients could not be told to leave before the application stops", failure);
            } finally {
                callback.run();
            }
        };
        new Thread(task, "gangway-drain").start();
    }

    @Override
    public boolean isRunning() {
        return open;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
