package io.gangway.benchmarks.servers;

/** The argument of a server's broadcasts. */
public record Message(long seq, String text) {}
