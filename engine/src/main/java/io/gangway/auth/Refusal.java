package io.gangway.auth;

/** A token is not trustworthy. The message is for the log and quotes nothing from the token. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String reason) {
        super(reason, null, false, false);
    }
}
