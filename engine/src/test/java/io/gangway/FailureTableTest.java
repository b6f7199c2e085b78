package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On whatever path an event fails, and whether an ack is asked for or not: the client sees exactly one outcome. */
class FailureTableTest {
    /** What the client is told of {@code new EngineException("no")}. */
    private static final String NO = error("no");

    private static final String TIMED_OUT = error("Timed out");
    private static final String MISFIT = error("go expects a Point, got nothing");

    /** What it is told of a failure that is none of its business; the id stands in the log, once. */
    private static final String MASKED = "MASKED";

    private static final Pattern MASKED_BODY = Pattern.compile(
            "\\{\"status\":\"error\",\"message\":\"Internal server error\",\"data\":\\{\"errorId\":\"([\\w-]{20})\"}}");

    /** Nobody asked, or nobody is there. */
    private static final String NOTHING = "";

    /** The packet DISCONNECT. */
    private static final String LEFT = "41";

    private static final String FINE = "\"fine\"";

    private static final Object UNWRITABLE = new Object() {};

    /** What handlers wait for, or answer with later: for the test to complete. */
    private static final BlockingQueue<CompletableFuture<Object>> STAGES = new LinkedBlockingQueue<>();

    private static final EventHandler<Arguments> LATER = (socket, arguments) -> later();
    private static final EventHandler<Arguments> GATED = (socket, arguments) -> {
        Object unused = stage().get();
        throw new EngineException("no");
    };

    private static CompletableFuture<Object> stage() {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        STAGES.add(stage);
        return stage;
    }

    private static Ack later() {
        return Ack.later(stage());
    }

    private static Ack recurse(int depth) {
        return depth < 0 ? Ack.empty() : recurse(depth + 1).then(ack -> ack);
    }

    private static String error(String message) {
        return "{\"status\":\"error\",\"message\":\"" + message + "\"}";
    }

    // ---- the table

    private static final List<Row> TABLE = List.of(
            // what the handler does, and what the client is told with an ack asked for, and without
            row("throws what the client may know", fails(new EngineException("no")), NO, NO),
            row("throws anything else", fails(new IllegalStateException("secret")), MASKED, MASKED),
            row("throws a checked exception", fails(new IOException("secret")), MASKED, MASKED),
            row(
                    "throws an Error",
                    on((socket, arguments) -> {
                        throw new AssertionError("secret");
                    }),
                    MASKED,
                    MASKED),
            row("overflows the stack", on((socket, arguments) -> recurse(1)), MASKED, MASKED),
            row("returns a failure", on((socket, arguments) -> Ack.failed(new EngineException("no"))), NO, NO),
            row("returns no Ack at all", on((socket, arguments) -> null), MASKED, MASKED),
            row(
                    "gets something else",
                    chat -> chat.on("go", Point.class, (socket, point) -> Ack.empty()),
                    MISFIT,
                    MISFIT),
            row("is not there", chat -> chat.on("other", LATER), NOTHING, NOTHING)
                    .hasty(),
            row("leaves it unanswered", on((socket, arguments) -> Ack.unanswered()), NOTHING, NOTHING)
                    .hasty(),
            row("leaves it unanswered later", on(LATER), NOTHING, NOTHING)
                    .settling(stage -> stage.complete(Ack.unanswered())),
            row(
                    "runs behind a listener that throws",
                    chat -> fine(chat).onAny(event -> {
                        throw new EngineException("no");
                    }),
                    NO,
                    NO),

            // what the answer is
            row("answers what cannot be written", on((socket, arguments) -> Ack.of(UNWRITABLE)), MASKED, NOTHING),
            row("throws what cannot be written", fails(new EngineException("no", UNWRITABLE)), MASKED, MASKED),
            row("answers later what cannot be written", on(LATER), MASKED, NOTHING)
                    .settling(stage -> stage.complete(UNWRITABLE)),
            row("fails later with what cannot be written", on(LATER), MASKED, MASKED)
                    .settling(stage -> stage.completeExceptionally(new EngineException("no", UNWRITABLE))),

            // when the answer comes
            row("fails later", on(LATER), NO, NO)
                    .settling(stage -> stage.completeExceptionally(new EngineException("no"))),
            row("fails later, wrapped", on(LATER), NO, NO)
                    .settling(stage -> stage.completeExceptionally(new CompletionException(new EngineException("no")))),
            row("fails later with anything else", on(LATER), MASKED, MASKED)
                    .settling(stage -> stage.completeExceptionally(new IOException("secret"))),
            row("is cancelled", on(LATER), MASKED, MASKED).settling(stage -> stage.cancel(true)),
            row("answers later with a failure", on(LATER), NO, NO)
                    .settling(stage -> stage.complete(Ack.failed(new EngineException("no")))),
            row("answers later with what fails still later", on(LATER), NO, NO).settling(stage -> {
                CompletableFuture<Object> inner = new CompletableFuture<>();
                stage.complete(Ack.later(inner));
                inner.completeExceptionally(new EngineException("no"));
            }),
            row("never answers", on(LATER), TIMED_OUT, NOTHING).hasty(),
            row("answers after the timeout", on(LATER), TIMED_OUT, NOTHING)
                    .hasty()
                    .settling(stage -> stage.complete("too late")),
            row("fails after the timeout, if there was one", on(LATER), TIMED_OUT, NO)
                    .hasty()
                    .settling(stage -> stage.completeExceptionally(new EngineException("no"))),

            // whether the client is still there
            row("throws when the client has left", on(GATED), NOTHING, NOTHING)
                    .leaving()
                    .settling(stage -> stage.complete("go on")),
            row("fails later when the client has left", on(LATER), NOTHING, NOTHING)
                    .leaving()
                    .settling(stage -> stage.completeExceptionally(new EngineException("no"))),
            row("never answers and the client has left", on(LATER), NOTHING, NOTHING)
                    .leaving()
                    .hasty(),
            row(
                    "disconnects the client and throws",
                    on((socket, arguments) -> {
                        socket.disconnect();
                        throw new EngineException("no");
                    }),
                    LEFT,
                    LEFT),
            row(
                            "disconnects the client, and a disconnect handler throws",
                            chat -> chat.on("go", (socket, arguments) -> {
                                        socket.disconnect();
                                        return Ack.of("fine");
                                    })
                                    .onDisconnect((socket, reason) -> {
                                        throw new IllegalStateException("secret");
                                    }),
                            LEFT,
                            LEFT)
                    .logged(1),

            // what interceptors do
            row(
                    "does not run, for an interceptor refuses",
                    around(chain -> {
                        throw new EngineException("no");
                    }),
                    NO,
                    NO),
            row(
                    "does not run, for an interceptor breaks",
                    around(chain -> {
                        throw new IllegalStateException("secret");
                    }),
                    MASKED,
                    MASKED),
            row("does not run, for an interceptor returns no Ack", around(chain -> null), MASKED, MASKED),
            row("does not run, for an interceptor refuses later", around(chain -> later()), NO, NO)
                    .settling(stage -> stage.completeExceptionally(new EngineException("no"))),
            row("does not run, for an interceptor never decides", around(chain -> later()), TIMED_OUT, NOTHING)
                    .hasty(),
            row(
                    "has answered when an interceptor fails",
                    around(chain -> {
                        Ack unused = chain.proceed();
                        throw new EngineException("no");
                    }),
                    NO,
                    NO),
            row(
                    "has failed when an interceptor fails too",
                    around(chain -> {
                        Ack unused = Ack.failed(new IOException("secret")).then(ack -> chain.proceed());
                        throw new EngineException("no");
                    }),
                    NO,
                    NO),
            row(
                            "answers behind an interceptor that goes on later, and another fails",
                            around(chain -> later().then(ack -> chain.proceed()).then(ack -> {
                                throw new EngineException("no");
                            })),
                            NO,
                            NO)
                    .settling(stage -> stage.complete("go on")),
            row(
                    "fails, and so does what should recover it",
                    around(chain -> Ack.failed(new IOException("secret")).recover(IOException.class, failure -> {
                        throw new EngineException("no");
                    })),
                    NO,
                    NO),

            // what happened at the connect
            row(
                            "follows a connect handler that threw",
                            chat -> fine(chat).onConnect(socket -> {
                                throw new EngineException("no");
                            }),
                            FINE,
                            NOTHING)
                    .joining(NO),
            row(
                            "follows an interceptor that failed when the client was in",
                            chat -> fine(chat).intercept(Around.connects((socket, chain) -> {
                                Ack unused = chain.proceed();
                                throw new EngineException("no");
                            })),
                            FINE,
                            NOTHING)
                    .joining(NO));

    private record Point(int x, int y) {}

    // ---- how it is read

    private static Engine patient;
    private static Engine hasty;

    private record Case(Row row, boolean wantsAck) {
        @Override
        public String toString() {
            return row.path + (wantsAck ? ", an ack is asked for" : ", no ack is asked for");
        }
    }

    static Stream<Case> cases() {
        return TABLE.stream().flatMap(row -> Stream.of(new Case(row, true), new Case(row, false)));
    }

    @BeforeAll
    static void start() {
        patient = engine(Duration.ofSeconds(30));
        hasty = engine(Duration.ofMillis(100));
    }

    private static Engine engine(Duration ackTimeout) {
        EngineBuilder builder = Engine.builder().port(0).ackTimeout(ackTimeout);
        TABLE.forEach(row -> builder.namespace(row.namespace(), row.gateway));
        return builder.namespace("/end")
                .on("never", (socket, arguments) -> Ack.later(new CompletableFuture<>()))
                .start();
    }

    @AfterAll
    static void stop() {
        patient.close();
        hasty.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theClientSeesExactlyOneOutcome(Case one) throws Exception {
        Row row = one.row;
        Engine engine = row.hasty ? hasty : patient;
        String outcome = one.wantsAck ? row.withAck : row.without;
        String expected = switch (outcome) {
            case NOTHING -> NOTHING;
            case LEFT -> "41" + row.namespace() + ",";
            default -> one.wantsAck ? "43" + row.namespace() + ",7[" + outcome + "]" : exception(row, outcome);
        };
        try (CapturedLog log = new CapturedLog();
                WireClient client = WireClient.open(engine.port())) {
            client.joinNamespace(row.namespace());
            if (row.joining != null) {
                client.expect(exception(row, row.joining));
            }
            client.send("42" + row.namespace() + "," + (one.wantsAck ? "7" : "") + "[\"go\"]");

            CompletableFuture<Object> stage =
                    row.leaving || row.settling != null ? STAGES.poll(10, TimeUnit.SECONDS) : new CompletableFuture<>();
            if (row.leaving) {
                client.send("41" + row.namespace() + ",");
                Eventually.equal(
                        0, () -> engine.namespace(row.namespace()).sockets().size());
            }
            boolean tooLate = one.wantsAck && row.hasty;
            if (row.settling != null && !tooLate) {
                row.settling.accept(stage);
            }
            List<String> ids = expect(expected, client);
            if (row.settling != null && tooLate) {
                row.settling.accept(stage);
            }

            // That was all: what comes next is the answer to something else.
            client.joinNamespace("/end");
            if (row.hasty) {
                client.send("42/end,0[\"never\"]").expect("43/end,0[" + TIMED_OUT + "]");
            }
            STAGES.clear();
            int errors = row.logged >= 0 ? row.logged : ids.size();
            Eventually.equal((long) errors, () -> count(log, " ERROR "));
            for (String id : ids) {
                assertEquals(1, count(log, id), log.text());
            }
        }
    }

    private static String exception(Row row, String body) {
        return "42" + row.namespace() + ",[\"exception\"," + body + "]";
    }

    /** The ids of what is masked there. */
    private static List<String> expect(String expected, WireClient client) {
        if (expected.isEmpty()) {
            return List.of();
        }
        String packet = client.next();
        Matcher masked = MASKED_BODY.matcher(packet);
        List<String> ids = masked.results().map(body -> body.group(1)).toList();
        assertEquals(expected, masked.replaceAll(MASKED));
        return ids;
    }

    private static long count(CapturedLog log, String text) {
        return log.lines().stream().filter(line -> line.contains(text)).count();
    }

    // ---- how it is written

    /** One path on which an event may fail. */
    private static final class Row {
        private final String path;
        private final Gateway gateway;
        private final String withAck;
        private final String without;
        private Consumer<CompletableFuture<Object>> settling;
        private String joining;
        private boolean hasty;
        private boolean leaving;
        private int logged = -1;

        private Row(String path, Gateway gateway, String withAck, String without) {
            this.path = path;
            this.gateway = gateway;
            this.withAck = withAck;
            this.without = without;
        }

        /** What becomes of what was to come later; after the timeout, if there is one. */
        Row settling(Consumer<CompletableFuture<Object>> settling) {
            this.settling = settling;
            return this;
        }

        /** What the client is told when it joins. */
        Row joining(String joining) {
            this.joining = joining;
            return this;
        }

        /** The engine waits for an answer but shortly. */
        Row hasty() {
            hasty = true;
            return this;
        }

        /** The client leaves before there is an outcome. */
        Row leaving() {
            leaving = true;
            return this;
        }

        /** How many errors stand in the log, if not one for each that is masked. */
        Row logged(int errors) {
            logged = errors;
            return this;
        }

        String namespace() {
            return "/" + path.replaceAll("\\W", "-");
        }
    }

    private static Row row(String path, Gateway gateway, String withAck, String without) {
        return new Row(path, gateway, withAck, without);
    }

    private static Gateway on(EventHandler<Arguments> handler) {
        return chat -> chat.on("go", handler);
    }

    private static NamespaceBuilder fine(NamespaceBuilder chat) {
        return chat.on("go", (socket, arguments) -> Ack.of("fine"));
    }

    private static Gateway around(Function<Chain, Ack> interceptor) {
        return chat -> fine(chat).intercept(Around.events((event, chain) -> interceptor.apply(chain)));
    }

    private static Gateway fails(Exception failure) {
        return on((socket, arguments) -> {
            throw failure;
        });
    }
}
