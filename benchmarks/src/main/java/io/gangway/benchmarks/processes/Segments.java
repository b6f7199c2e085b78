package io.gangway.benchmarks.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Counts the TCP segments with data that this machine, or this container, has sent: the writes that reached the
 * network.
 *
 * <p>For a server that sets TCP_NODELAY and writes at most 32 KiB at once, a segment is a write. The end of a
 * connection counts as one too. Counting system calls would give the same for {@code write} and {@code writev}, but
 * those counts do not include Netty's {@code send}.
 */
public final class Segments {
    /** The count is not available. */
    public static final long UNKNOWN = -1;

    private static final Path COUNTS = Path.of("/proc/net/netstat");
    private static final String NAME = "TCPOrigDataSent";

    private Segments() {}

    /** The number since the machine started; {@link #UNKNOWN} without {@code /proc/net/netstat}. */
    public static long sent() {
        if (!Files.isReadable(COUNTS)) {
            return UNKNOWN;
        }
        try {
            List<String> lines = Files.readAllLines(COUNTS); // pairs of lines: names, then their counts
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
