package io.gangway;

/** Decides whether a namespace that was not configured by name is created when a client asks for it. */
@FunctionalInterface
public interface NamespaceRule {
    /** Runs on handler threads and may block. */
    boolean allows(String namespace, Handshake handshake) throws Exception;
}
