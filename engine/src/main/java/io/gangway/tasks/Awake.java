package io.gangway.tasks;

/** Why a thread of a {@link HandlerPool} is awake. */
enum Awake {
    /** It was woken for a task, and is the one {@code coming}. */
    CALLED,
    /** It is a new spare thread. */
    STARTED,
    /** It woke by itself, because a task may be waiting. */
    UNCALLED,
    /** It woke by itself, after an idle time. */
    IDLE,
    /** It is about to end. */
    ENDING
}
