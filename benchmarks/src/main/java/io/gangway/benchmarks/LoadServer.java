package io.gangway.benchmarks;

import io.gangway.benchmarks.servers.Contender;

/** A server for load generators in other processes; runs until it is killed. */
public final class LoadServer {
    private LoadServer() {}

    /** The first argument is the port, 3000 by default; the second the {@link Contender}, Gangway by default. */
    public static void main(String[] arguments) {
        int port = arguments.length == 0 ? 3000 : Integer.parseInt(arguments[0]);
        Contender contender = arguments.length < 2 ? Contender.GANGWAY : Contender.valueOf(arguments[1]);
        System.out.println("listening on port " + contender.start(port).port());
    }
}
