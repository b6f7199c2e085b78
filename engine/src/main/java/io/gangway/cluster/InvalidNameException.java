package io.gangway.cluster;

/**
 * A room or an event was given an invalid name. The message is for the log: it quotes the name and tells what to do. A
 * client whose event fails because of it gets only {@link #rule}, since the client may have chosen the name.
 */
public final class InvalidNameException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** The rule that was broken, for clients. */
    private final String rule;

    /**
     * @param message what is wrong with the name
     * @param rule the text for clients: the rule that was broken, without any name the application chose
     */
    public InvalidNameException(String message, String rule) {
        super(message);
        this.rule = rule;
    }

    /** {@return the text for clients} */
    public String rule() {
        return rule;
    }
}
