package io.gangway;

/** Decides whether a namespace that was not configured by name is created when a client asks for it. */
@FunctionalInterface
public interface NamespaceRule {
    /**
     * Decides on one name; runs on handler threads and may block.
     *
     * @param namespace the namespace's name
     * @param handshake the client's handshake
     * @return whether the namespace is created
     * @throws Exception any failure: it is logged, and the namespace is refused
     */
    boolean allows(String namespace, Handshake handshake) throws Exception;
}
