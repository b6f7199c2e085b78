package io.gangway;

/** Says which namespaces that nobody has named beforehand may come into being when a client asks for them. */
@FunctionalInterface
public interface NamespaceRule {
    /** Runs where handlers run and may block. */
    boolean allows(String namespace, Handshake handshake) throws Exception;
}
