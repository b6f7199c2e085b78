package io.gangway;

import io.gangway.connection.Account;
import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Flusher;
import io.gangway.connection.Frame;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.UpgradeRequest;
import io.gangway.interceptors.AccessLog;
import io.gangway.interceptors.ErrorHandlers;
import io.gangway.interceptors.RateLimit;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.ParserLimits;
import io.gangway.protocol.SocketIoCodec;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures an event from its text to its ack, through none or several interceptors, without network and on one thread.
 *
 * <p>In the hall's package because a hall can be reached only through a connection: this one replaces Engine.IO's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(value = 3, jvmArgsAppend = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
public class InterceptorOverhead {
    /** The interceptors around the event. */
    public enum Around {
        NOTHING,
        FIVE_THAT_PROCEED,
        FIVE_THAT_WATCH_THE_ACK,
        ACCESS_LOG_RATE_LIMIT_AND_ERROR_HANDLERS;

        private List<Interceptor> interceptors() {
            return switch (this) {
                case NOTHING -> List.of();
                case FIVE_THAT_PROCEED -> List.of(new First(), new Second(), new Third(), new Fourth(), new Fifth());
                case FIVE_THAT_WATCH_THE_ACK ->
                    List.of(new Watching(), new Watching(), new Watching(), new Watching(), new Watching());
                case ACCESS_LOG_RATE_LIMIT_AND_ERROR_HANDLERS ->
                    List.of(
                            new AccessLog(),
                            RateLimit.perSocket(1_000_000_000, Duration.ofSeconds(1)),
                            new ErrorHandlers().on(Exception.class, (failure, socket) -> Ack.failed(failure)));
            };
        }
    }

    @Param
    private Around around = Around.NOTHING;

    private final Flusher flusher = new Flusher("benchmark", 1);
    private final Deadlines deadlines = new Deadlines("benchmark");
    private final HandlerThreads threads = new HandlerThreads(Runnable::run, 1, deadlines);
    private final Answers answers = new Answers();
    private @Nullable ConnectionListener client;

    @Setup
    public void join() {
        NamespaceDefinition chat = new NamespaceDefinition("/");
        new NamespaceBuilder(new EngineBuilder(), chat, null).on("echo", (socket, arguments) -> Ack.of(arguments));
        Pipeline pipeline =
                new Pipeline(Surroundings.of(around.interceptors(), List.of(), (event, payload) -> {}), chat);
        JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
        PacketCodec json = new SocketIoCodec(binding);
        Limits limits = new Limits.Builder().build();
        Namespaces namespaces = new Namespaces(
                new NamespaceFactory(binding, flusher, threads, limits, null, UnaryOperator.identity()),
                Map.of("/", pipeline),
                List.of());
        ClientSettings settings = new ClientSettings(new Codecs(json, json), limits);
        Clients clients = new Clients(settings, namespaces, threads, deadlines, null, new Reception(List.of()));
        flusher.start();
        deadlines.start();
        threads.start();
        client = clients.accept(answers);
        client.onText("0");
        if (echo() == null) {
            throw new IllegalStateException("the handler sent no ack");
        }
    }

    @TearDown
    public void leave() {
        threads.close(Duration.ofSeconds(5));
        flusher.close();
        deadlines.close();
    }

    /** The frame of the ack. */
    @Benchmark
    public @Nullable Frame echo() {
        answers.last = null;
        if (client != null) {
            client.onText("21[\"echo\",{\"text\":\"hello\",\"username\":\"anna\"}]");
        }
        return answers.last;
    }

    private static final class First implements Interceptor {
        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return chain.proceed();
        }
    }

    private static final class Second implements Interceptor {
        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return chain.proceed();
        }
    }

    private static final class Third implements Interceptor {
        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return chain.proceed();
        }
    }

    private static final class Fourth implements Interceptor {
        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return chain.proceed();
        }
    }

    private static final class Fifth implements Interceptor {
        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return chain.proceed();
        }
    }

    private static final class Watching implements Interceptor {
        private long answered;

        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return chain.proceed().whenSettled((values, failure) -> answered += failure == null ? 1 : 0);
        }
    }

    /** Keeps only the last frame. */
    private static final class Answers implements Connection {
        private final Account account = new Account(InboundBudget.unlimited(), this);
        private final UpgradeRequest request =
                new UpgradeRequest("/socket.io/", Map.of(), Map.of(), "127.0.0.1", false, Instant.EPOCH);

        private @Nullable Frame last;

        @Override
        public Account account() {
            return account;
        }

        @Override
        public UpgradeRequest request() {
            return request;
        }

        @Override
        public String transport() {
            return "websocket";
        }

        @Override
        public void send(Frame frame) {
            last = frame;
        }

        @Override
        public void sendNow(Frame frame) {
            last = frame;
        }

        @Override
        public void sendUnflushed(Frame frame) {
            last = frame;
        }

        @Override
        public void flush() {}

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public long bufferedBytes() {
            return 0;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void close(CloseReason reason, String detail) {
            throw new IllegalStateException(reason + ": " + detail);
        }
    }
}
