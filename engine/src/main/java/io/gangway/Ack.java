package io.gangway;

import io.gangway.protocol.JsonBinding;
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
    private static final Ack EMPTY = new Ack(AckValues.NONE, null, null);
    private static final Ack UNANSWERED = new Ack(AckValues.NONE, null, null);

    private final AckValues values;
    private final @Nullable Throwable failure;

    private final @Nullable Late later;

    /**
     * @param stage completes, never exceptionally, with an ack that is settled
     * @param binding will write the values of that ack; null if it is not known
     */
    private record Late(
            CompletionStage<Ack> stage, @Nullable JsonBinding binding) {}

    /** Names no generic type: see GuessedConstructorTest. */
    private Ack(AckValues values, @Nullable Throwable failure, @Nullable Late later) {
        this.values = values;
        this.failure = failure;
        this.later = later;
    }

    private static Ack late(CompletionStage<Ack> stage, @Nullable JsonBinding binding) {
        return new Ack(AckValues.NONE, null, new Late(stage, binding));
    }

    /** No values: a client that asked for an answer gets its callback called without arguments. */
    public static Ack empty() {
        return EMPTY;
    }

    /**
     * Values for the client's callback; null is JSON null.
     *
     * <p>They are fixed before this returns, as those of {@link Socket#emit}: bytes, arrays, lists and maps may be changed
     * afterwards, at any depth, and so may objects of other classes where this is called by what handles the event. In other
     * threads such objects are fixed when the stage completes that was given to {@link #later}.
     *
     * @throws IllegalArgumentException if a list or map contains itself
     */
    public static Ack of(@Nullable Object... values) {
        @Nullable Object[] all = values == null ? new Object[] {null} : values;
        return new Ack(AckValues.of(AnswerBinding.current(), all), null, null);
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
        return new Ack(AckValues.NONE, unwrap(Objects.requireNonNull(failure, "failure")), null);
    }

    /**
     * Whatever {@code stage} completes with: null is {@link #empty()}, an {@link Ack} is that ack, anything else is one
     * value, an exception is a failure. Does not hold the connection's next event back. The value is fixed before the stage's
     * completion returns, unless it is completed before this is called.
     */
    public static Ack later(CompletionStage<?> stage) {
        JsonBinding binding = AnswerBinding.current();
        return late(
                stage.<CompletionStage<Ack>>handle((result, thrown) -> settled(
                                thrown != null ? failed(thrown) : AnswerBinding.during(binding, () -> result(result))))
                        .thenCompose(Function.identity()),
                binding);
    }

    private static Ack result(@Nullable Object result) {
        if (result == null) {
            return EMPTY;
        }
        try {
            return result instanceof Ack ack ? ack.written() : of(result);
        } catch (IllegalArgumentException unwritable) {
            return failed(unwritable);
        }
    }

    /** The same, with its values fixed for good if what answers with them is handled here. */
    @SuppressWarnings("ReferenceEquality") // what is fixed already gives itself back
    private Ack written() {
        JsonBinding binding = AnswerBinding.current();
        if (later != null) {
            return late(later.stage.thenApply(ack -> AnswerBinding.during(binding, ack::written)), binding);
        }
        AckValues fixed = values.writtenBy(binding);
        return fixed == values ? this : new Ack(fixed, null, null);
    }

    /** Turns a failure of this type, now or later, into another ack. */
    public <X extends Throwable> Ack recover(Class<X> type, Function<? super X, Ack> recovery) {
        return then(ack ->
                ack.failure != null && type.isInstance(ack.failure) ? recovery.apply(type.cast(ack.failure)) : ack);
    }

    /** Applies {@code change} to the ack once it is settled, failed or not; what it throws is a failure. */
    public Ack then(UnaryOperator<Ack> change) {
        if (later != null) {
            JsonBinding binding = later.binding;
            return late(
                    later.stage.thenCompose(
                            settled -> settled(AnswerBinding.during(binding, () -> settled.then(change)))),
                    binding);
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
