package io.gangway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answers: nothing, values for the client's callback, a failure, or one of these later.
 *
 * <p>Immutable and thread-safe. If the client asked for no answer, values are dropped, and a failure is told by the event
 * {@code exception}. {@link #unanswered()} alone leaves a client that asked for an answer without one.
 */
public final class Ack {
    private static final Object[] NO_VALUES = {};
    private static final Ack EMPTY = new Ack(NO_VALUES, null, null);
    private static final Ack UNANSWERED = new Ack(NO_VALUES, null, null);

    private final List<@Nullable Object> values;
    private final @Nullable Throwable failure;

    private final @Nullable Late later;

    /** Completes, never exceptionally, with an ack that is settled. */
    private record Late(CompletionStage<Ack> stage) {}

    /** Names no generic type: see GuessedConstructorTest. */
    private Ack(@Nullable Object[] values, @Nullable Throwable failure, @Nullable Late later) {
        this.values = values.length == 0 ? List.of() : Collections.unmodifiableList(Arrays.asList(values));
        this.failure = failure;
        this.later = later;
    }

    private static Ack late(CompletionStage<Ack> stage) {
        return new Ack(NO_VALUES, null, new Late(stage));
    }

    /** No values: a client that asked for an answer gets its callback called without arguments. */
    public static Ack empty() {
        return EMPTY;
    }

    /** Values for the client's callback; null is JSON null. */
    public static Ack of(@Nullable Object... values) {
        return new Ack(values == null ? new Object[] {null} : values.clone(), null, null);
    }

    /** The values as they are now; a lone null, which Java takes for the whole array, is one value too. */
    static List<@Nullable Object> list(@Nullable Object... values) {
        return values == null
                ? Collections.singletonList(null)
                : Collections.unmodifiableList(new ArrayList<>(Arrays.asList(values)));
    }

    /**
     * No answer at all, as for an event that nobody handles: the client's callback is not called, or gets the client's own
     * timeout. Stock clients take every other ack, a failure too, for the delivery of their event.
     *
     * <p>It is no failure: {@link #recover} leaves it alone, {@link #then} may turn it into an answer, {@link #whenSettled}
     * tells no values, and a connect or disconnect goes on as with {@link #empty()}.
     */
    public static Ack unanswered() {
        return UNANSWERED;
    }

    /** A failure: an {@link EngineException} is told to the client as it is, anything else is masked and logged. */
    public static Ack failed(Throwable failure) {
        return new Ack(NO_VALUES, unwrap(Objects.requireNonNull(failure, "failure")), null);
    }

    /**
     * Whatever {@code stage} completes with: null is {@link #empty()}, an {@link Ack} is that ack, anything else is one
     * value, an exception is a failure. Does not hold the connection's next event back.
     */
    public static Ack later(CompletionStage<?> stage) {
        return late(stage.<CompletionStage<Ack>>handle((result, thrown) -> {
                    if (thrown != null) {
                        return settled(failed(thrown));
                    } else if (result == null) {
                        return settled(EMPTY);
                    }
                    return settled(result instanceof Ack ack ? ack : of(result));
                })
                .thenCompose(Function.identity()));
    }

    /** Turns a failure of this type, now or later, into another ack. */
    public <X extends Throwable> Ack recover(Class<X> type, Function<? super X, Ack> recovery) {
        return then(ack ->
                ack.failure != null && type.isInstance(ack.failure) ? recovery.apply(type.cast(ack.failure)) : ack);
    }

    /** Applies {@code change} to the ack once it is settled, failed or not; what it throws is a failure. */
    public Ack then(UnaryOperator<Ack> change) {
        if (later != null) {
            return late(later.stage.thenCompose(settled -> settled(settled.then(change))));
        }
        try {
            return Objects.requireNonNull(change.apply(this), "a step returned no Ack; Ack.empty() says there is none");
        } catch (Throwable thrown) {
            return failed(thrown);
        }
    }

    /** Tells {@code observer} the values or the failure once the ack is settled; the other one is null. */
    public Ack whenSettled(BiConsumer<? super @Nullable List<@Nullable Object>, ? super @Nullable Throwable> observer) {
        return then(ack -> {
            observer.accept(ack.failure == null ? ack.values : null, ack.failure);
            return ack;
        });
    }

    /**
     * Whether this is {@link #unanswered()}: how an interceptor tells an event that nobody handled, in {@link #then}. False
     * while the ack is not settled.
     */
    public boolean isUnanswered() {
        return this == UNANSWERED;
    }

    /** Whether this ack is not settled yet, as far as can be told. */
    boolean isLate() {
        return later != null;
    }

    /** The values of a settled ack. */
    List<@Nullable Object> values() {
        return values;
    }

    /** The failure of a settled ack; null if it did not fail. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Hands the settled ack to {@code receiver}: now, or on the thread that settles it. */
    void settle(Consumer<Ack> receiver) {
        if (later == null) {
            receiver.accept(this);
        } else {
            later.stage.thenAccept(receiver);
        }
    }

    private static CompletionStage<Ack> settled(Ack ack) {
        return ack.later != null ? ack.later.stage : CompletableFuture.completedStage(ack);
    }

    /** What went wrong, without the wrappings of futures. */
    static Throwable unwrap(Throwable failure) {
        Throwable inner = failure;
        while ((inner instanceof CompletionException || inner instanceof ExecutionException)
                && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    @Override
    public String toString() {
        if (isUnanswered()) {
            return "Ack[unanswered]";
        }
        return later != null ? "Ack[late]" : failure != null ? "Ack[failed: " + failure + "]" : "Ack" + values;
    }
}
