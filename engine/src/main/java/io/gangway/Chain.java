package io.gangway;

/** What lies behind an interceptor: further interceptors, then the handler, or the admission of the socket. */
@FunctionalInterface
public interface Chain {
    /** Goes on. Never throws for what lies inside: a failure comes back as {@link Ack#failed}. */
    Ack proceed();
}
