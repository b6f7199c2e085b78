package io.gangway.threads;

/** Reports what a task has thrown, from a thread that must go on. */
public final class Uncaught {
    private Uncaught() {}

    /**
     * Passes a failure to the current thread's handler of uncaught exceptions. Throws nothing, even if that handler
     * does: while memory is lacking, it cannot write a log line either.
     */
    public static void report(Throwable failure) {
        try {
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, failure);
        } catch (Throwable unreportable) {
            // Nobody is left to tell, and other tasks need the thread.
        }
    }
}
