package io.gangway.tasks;

/**
 * What the threads of handlers are doing.
 *
 * @param active the pool's threads that run a handler
 * @param activeVirtual the virtual threads that run one
 * @param queued the tasks that wait for a thread
 */
public record HandlerLoad(int active, int activeVirtual, int queued) {
    static final HandlerLoad NONE = new HandlerLoad(0, 0, 0);
}
