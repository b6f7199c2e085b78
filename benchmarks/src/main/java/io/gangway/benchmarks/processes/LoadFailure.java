package io.gangway.benchmarks.processes;

/**
 * A failure that makes figures worthless: a delivery that is lost, duplicated or out of order, a connection that ends,
 * a refusal.
 */
public final class LoadFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LoadFailure(String message) {
        super(message);
    }

    public LoadFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
