package io.gangway.benchmarks.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The cores of the servers and of the clients; empty where processes cannot be pinned. */
public record Cores(Optional<Integer> servers, Optional<Integer> clients) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";
    private static final Pattern COMMA = Pattern.compile(",");

    /** Two of the cores this process may use, if there are two and {@code taskset} is installed. */
    public static Cores find() {
        List<Integer> allowed = allowed();
        if (allowed.size() < 2 || !ChildJvm.isInstalled("taskset")) {
            return new Cores(Optional.empty(), Optional.empty());
        }
        return new Cores(Optional.of(allowed.get(0)), Optional.of(allowed.get(1)));
    }

    public boolean pinned() {
        return servers.isPresent();
    }

    /** The command prefix that pins a process to this core. */
    public static List<String> command(int core) {
        return List.of("taskset", "-c", Integer.toString(core));
    }

    /** Parses a list such as {@code 0-3,8}. */
    private static List<Integer> allowed() {
        List<Integer> cores = new ArrayList<>();
        if (!Files.isReadable(STATUS)) {
            return cores;
        }
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(ALLOWED)) {
                    COMMA.splitAsStream(line.substring(ALLOWED.length()).strip())
                            .forEach(range -> addRange(range, cores));
                }
            }
            return cores;
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static void addRange(String range, List<Integer> cores) {
        int dash = range.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
        int last = Integer.parseInt(range.substring(dash + 1));
        for (int core = first; core <= last; core++) {
            cores.add(core);
        }
    }
}
