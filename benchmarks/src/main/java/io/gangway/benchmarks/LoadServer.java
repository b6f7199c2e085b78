package io.gangway.benchmarks;

import io.gangway.benchmarks.servers.Contender;

/** A server for load generators in other processes; it runs until it is killed. */
public final class LoadServer {
    private LoadServer() {}

    /** Serves the port that the first argument names, or 3000; the second names the {@link Contender}, or Gangway. */
    public static void main(String[] arguments) {
        int port = arguments.length == 0 ? 3000 : Integer.parseInt(arguments[0]);
        Contender contender = arguments.length < 2 ? Contender.GANGWAY : Contender.valueOf(arguments[1]);
        System.out.println("listening on port " + contender.start(port).port());
    }
}
