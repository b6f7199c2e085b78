package io.gangway.jetty;

/**
 * Asks Jetty for the next frame, exactly once per handled frame, unless reading is suspended. Thread-safe.
 *
 * <p>Reading is suspended while the session is paused, and while more pongs are queued than a client that reads them
 * would leave.
 */
final class FrameDemand {
    private static final int MAX_PONGS = 60;

    private final Runnable demand;

    // Guarded by this.
    private boolean paused;
    private int pongs;
    private boolean due;

    FrameDemand(Runnable demand) {
        this.demand = demand;
    }

    /** A frame has been handled: asks for the next. */
    void next() {
        synchronized (this) {
            due = true;
        }
        ask();
    }

    synchronized void pause() {
        paused = true;
    }

    void resume() {
        synchronized (this) {
            paused = false;
        }
        ask();
    }

    synchronized void pongBegins() {
        pongs++;
    }

    void pongEnds() {
        synchronized (this) {
            pongs--;
        }
        ask();
    }

    private void ask() {
        synchronized (this) {
            if (!due || paused || pongs > MAX_PONGS) {
                return;
            }
            due = false;
        }
        demand.run();
    }
}
