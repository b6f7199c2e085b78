package io.gangway.jetty;

/**
 * Asks Jetty for the next frame, exactly once for each that has been handled, unless reading is held back. Thread-safe.
 *
 * <p>Reading is held back while the session is paused, and while more pongs wait to be written than a client needs that
 * reads them.
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

    /** A frame has been handled: the next may come. */
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
