package io.gangway.benchmarks.comparison;

import io.gangway.benchmarks.clients.Count;
import io.gangway.benchmarks.clients.Load;
import io.gangway.benchmarks.clients.RemoteClients;
import io.gangway.benchmarks.processes.Cores;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.servers.Contender;
import io.gangway.benchmarks.servers.Measured;
import io.gangway.benchmarks.servers.RemoteServer;
import io.gangway.benchmarks.servers.Spent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * All servers, on one core, and the clients, which connect to one server at a time. Confined to one thread. Every
 * method throws {@link LoadFailure}.
 */
final class Stage implements AutoCloseable {
    private static final int MOST_COLLECTIONS = 40;
    private static final long LONGEST_WINDOW_MILLIS = 60_000;

    private final Map<Contender, RemoteServer> servers = new EnumMap<>(Contender.class);
    private final RemoteClients clients;

    Stage(Cores cores) {
        clients = RemoteClients.start(cores.clients());
        try {
            for (Contender contender : Contender.values()) {
                servers.put(contender, RemoteServer.start(contender, cores.servers()));
            }
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    RemoteServer server(Contender contender) {
        RemoteServer server = servers.get(contender);
        if (server == null) {
            throw new IllegalStateException(contender + " was not started");
        }
        return server;
    }

    RemoteClients clients() {
        return clients;
    }

    /** Puts a load on a server, until {@link #end}; returns the load. */
    Load begin(Contender contender, Load load) {
        RemoteServer server = server(contender);
        if (load.kind() == Load.Kind.FAN_OUT) {
            clients.begin(load.withReceipts(server.receiptsPort()));
            server.emit(load.bytes(), load.window());
        } else {
            clients.begin(load);
        }
        return load;
    }

    /** Waits until all operations are complete, and returns the counts. */
    Count end(Contender contender, Load load) {
        long published = 0;
        if (load.kind() == Load.Kind.FAN_OUT) {
            try {
                published = server(contender).stopEmitting();
            } catch (LoadFailure failure) {
                clients.count(); // fails with the clients' own reason
                throw failure;
            }
        }
        return clients.settle(published);
    }

    /** Puts a load on a server for {@code millis}, and returns the counts. */
    Count run(Contender contender, Load load, long millis) {
        begin(contender, load);
        pause(millis);
        return end(contender, load);
    }

    /**
     * Puts a load on a server and measures.
     *
     * @param leadMillis how long the load runs before it is measured
     * @param millis how long it is measured; doubled and repeated if too few operations completed
     */
    Measured measure(Contender contender, Load load, long leadMillis, long millis, Predicate<Measured> enough) {
        begin(contender, load);
        pause(leadMillis);
        Measured measured = window(contender, millis);
        for (long next = 2 * millis; !enough.test(measured); next *= 2) {
            if (next > LONGEST_WINDOW_MILLIS) {
                throw new LoadFailure(
                        contender.title() + " completed too few operations in " + next / 2 + " ms of " + load);
            }
            measured = window(contender, next);
        }
        end(contender, load);
        return measured;
    }

    private Measured window(Contender contender, long millis) {
        RemoteServer server = server(contender);
        Spent spent = server.spent();
        Count count = clients.count();
        pause(millis);
        return Measured.between(spent, count, server.spent(), clients.count());
    }

    /** The live heap once it no longer changes: servers release memory with a delay. */
    long heapAtRest(Contender contender, long betweenMillis) {
        long heap = server(contender).liveHeap();
        for (int i = 0; i < MOST_COLLECTIONS; i++) {
            pause(betweenMillis);
            long next = server(contender).liveHeap();
            if (Math.abs(next - heap) < heap / 100) {
                return Math.min(next, heap);
            }
            heap = next;
        }
        throw new LoadFailure(contender.title() + "'s live heap keeps changing");
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LoadFailure("interrupted", stopped);
        }
    }

    /** The ids of the running processes: the servers', then the clients'. */
    List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        servers.values().forEach(server -> pids.add(server.pid()));
        pids.add(clients.pid());
        return pids;
    }

    @Override
    public void close() {
        clients.close();
        servers.values().forEach(RemoteServer::close);
    }
}
