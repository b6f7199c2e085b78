package io.gangway.benchmarks.processes;

/** What makes a figure worthless: a delivery that is lost, doubled or out of order, a connection that ends, a refusal. */
public final class LoadFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LoadFailure(String message) {
        super(message);
    }

    public LoadFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
