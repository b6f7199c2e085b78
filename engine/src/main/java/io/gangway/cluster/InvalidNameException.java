package io.gangway.cluster;

/**
 * A room or an event is given a name that it cannot have. The message is for the log: it quotes the name and shows the way
 * out. A client, whose event fails by it and who may have made the name up, is told the {@link #rule} alone.
 */
public final class InvalidNameException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String rule;

    /** @param rule what clients may be told: which names are meant, and nothing that the application made up */
    public InvalidNameException(String message, String rule) {
        super(message);
        this.rule = rule;
    }

    /** What clients may be told. */
    public String rule() {
        return rule;
    }
}
