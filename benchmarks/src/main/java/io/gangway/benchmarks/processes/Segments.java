package io.gangway.benchmarks.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The TCP segments with data that were sent from this machine, or from this container: how many writes reached the network.
 *
 * <p>For a server that writes what it has and no more than 32 KiB at once, a segment is a write: it waits for nothing
 * (TCP_NODELAY). The end of a connection is one as well. The count of system calls would say the same where they are {@code write} and {@code writev}; Netty's
 * {@code send} is in no such count.
 */
public final class Segments {
    /** Where there is no such count. */
    public static final long UNKNOWN = -1;

    private static final Path COUNTS = Path.of("/proc/net/netstat");
    private static final String NAME = "TCPOrigDataSent";

    private Segments() {}

    /** How many since the machine began; {@link #UNKNOWN} where there is no {@code /proc/net/netstat}. */
    public static long sent() {
        if (!Files.isReadable(COUNTS)) {
            return UNKNOWN;
        }
        try {
            List<String> lines = Files.readAllLines(COUNTS); // in pairs: names, then their counts
            for (int i = 0; i + 1 < lines.size(); i += 2) {
                List<String> names = List.of(lines.get(i).split(" ", -1));
                int at = names.indexOf(NAME);
                if (at > 0) {
                    return Long.parseLong(lines.get(i + 1).split(" ", -1)[at]);
                }
            }
            return UNKNOWN;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
