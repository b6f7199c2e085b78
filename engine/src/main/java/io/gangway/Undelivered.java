package io.gangway;

/**
 * What becomes of a namespace's events that clients cannot take at once.
 *
 * @param whenSlow what happens to those for clients that read too slowly
 * @param recovered whether clients that were away get them, if the engine has recovery
 */
record Undelivered(SlowClients whenSlow, boolean recovered) {
    Undelivered with(SlowClients slowClients) {
        return new Undelivered(slowClients, recovered);
    }

    Undelivered withoutRecovery() {
        return new Undelivered(whenSlow, false);
    }
}
