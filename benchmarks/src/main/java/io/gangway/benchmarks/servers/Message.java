package io.gangway.benchmarks.servers;

/** The argument of what a server emits. */
public record Message(long seq, String text) {}
