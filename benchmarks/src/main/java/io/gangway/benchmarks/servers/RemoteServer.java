package io.gangway.benchmarks.servers;

import com.google.gson.Gson;
import io.gangway.benchmarks.processes.ChildJvm;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.servers.ServerProcess.Answer;
import io.gangway.benchmarks.servers.ServerProcess.Order;
import io.gangway.benchmarks.servers.ServerProcess.Verb;
import java.time.Duration;
import java.util.Optional;

/** A {@link Contender} in a process of its own. Every method throws {@link LoadFailure}. */
public final class RemoteServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ChildJvm process;
    private final int port;
    private final int receiptsPort;
    private final Gson gson = new Gson();

    private RemoteServer(ChildJvm process) {
        this.process = process;
        this.port = Integer.parseInt(process.answer(PATIENCE));
        this.receiptsPort = Integer.parseInt(process.answer(PATIENCE));
    }

    /** Starts the process, on the given core if any. */
    public static RemoteServer start(Contender contender, Optional<Integer> core) {
        ChildJvm process = ChildJvm.start(contender.title(), core, ServerProcess.class, contender.name());
        try {
            return new RemoteServer(process);
        } catch (RuntimeException failure) {
            process.close();
            throw failure;
        }
    }

    public int port() {
        return port;
    }

    /** The port to which the clients report arrivals. */
    public int receiptsPort() {
        return receiptsPort;
    }

    /** Begins to broadcast to clients that send receipts. */
    public void emit(int bytes, int underWay) {
        ask(new Order(Verb.EMIT, bytes, underWay));
    }

    /** Stops the broadcasts begun by {@link #emit}, and returns their number. */
    public long stopEmitting() {
        return ask(Verb.STOP).number();
    }

    /** The resources the process has used so far. */
    public Spent spent() {
        Spent spent = ask(Verb.SPENT).spent();
        if (spent == null) {
            throw new LoadFailure("the server's process answered SPENT without figures");
        }
        return spent;
    }

    /** The live heap after a collection, in bytes. */
    public long liveHeap() {
        return ask(Verb.HEAP).number();
    }

    /** The time that the JIT compilers have taken so far, in milliseconds. */
    public long compilationMillis() {
        return ask(Verb.COMPILATION).number();
    }

    private Answer ask(Verb verb) {
        return ask(new Order(verb, 0, 0));
    }

    private Answer ask(Order order) {
        Answer answer = gson.fromJson(process.ask(gson.toJson(order), PATIENCE), Answer.class);
        if (answer.failure() != null) {
            throw new LoadFailure(answer.failure());
        }
        return answer;
    }

    /** The process's id. */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
