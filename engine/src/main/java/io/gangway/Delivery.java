package io.gangway;

/** What becomes of an event that cannot be written at once. */
enum Delivery {
    /** It waits. */
    RELIABLE,
    /** It is dropped. */
    LOSSY
}
