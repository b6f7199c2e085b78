package io.gangway.benchmarks.clients;

import com.google.gson.Gson;
import io.gangway.benchmarks.clients.ClientsProcess.Answer;
import io.gangway.benchmarks.clients.ClientsProcess.Order;
import io.gangway.benchmarks.clients.ClientsProcess.Verb;
import io.gangway.benchmarks.processes.ChildJvm;
import io.gangway.benchmarks.processes.LoadFailure;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link Clients} in a process of their own, so that their cost is not counted. Every method throws
 * {@link LoadFailure}.
 */
public final class RemoteClients implements AutoCloseable {
    /** Settling may take as long as the server needs; the clients notice a standstill earlier. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ChildJvm process;
    private final Gson gson = new Gson();

    private RemoteClients(ChildJvm process) {
        this.process = process;
    }

    /** Starts the process, on the given core if any. */
    public static RemoteClients start(Optional<Integer> core) {
        return new RemoteClients(ChildJvm.start("the clients' process", core, ClientsProcess.class));
    }

    /** {@link Clients#begin}. */
    public void begin(Load load) {
        ask(new Order(Verb.BEGIN, load, 0));
    }

    /** {@link Clients#count}. */
    public Count count() {
        return counted(Verb.COUNT, 0);
    }

    /** {@link Clients#settle}; returns the load's counts. */
    public Count settle(long published) {
        return counted(Verb.SETTLE, published);
    }

    /** {@link Clients#resume}. */
    public void resume() {
        ask(new Order(Verb.RESUME, null, 0));
    }

    /** {@link Clients#leave}. */
    public void leave() {
        ask(new Order(Verb.LEAVE, null, 0));
    }

    /** The process's id. */
    public long pid() {
        return process.pid();
    }

    private Count counted(Verb verb, long published) {
        Count count = ask(new Order(verb, null, published));
        if (count == null) {
            throw new LoadFailure("the clients' process answered " + verb + " without a count");
        }
        return count;
    }

    private @Nullable Count ask(Order order) {
        Answer answer = gson.fromJson(process.ask(gson.toJson(order), PATIENCE), Answer.class);
        if (answer.failure() != null) {
            throw new LoadFailure(answer.failure());
        }
        return answer.count();
    }

    @Override
    public void close() {
        process.close();
    }
}
