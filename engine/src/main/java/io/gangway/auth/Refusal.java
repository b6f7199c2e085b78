package io.gangway.auth;

/** A token is not to be trusted. The message is for the log: it quotes nothing of the token. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String reason) {
        super(reason, null, false, false);
    }
}
