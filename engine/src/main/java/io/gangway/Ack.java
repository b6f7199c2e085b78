package io.gangway;

import io.gangway.protocol.JsonBinding;
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
 * A handler's answer: nothing, values for the client's callback, a failure, or one of these later.
 *
 * <p>Immutable and thread-safe. If the client requested no ack, values are dropped, and a failure is sent as the event
 * {@code exception}. Only {@link #unanswered()} leaves a client that requested an ack without one.
 */
public final class Ack {
    private static final Ack EMPTY = new Ack(AckValues.NONE, null, null);
    private static final Ack UNANSWERED = new Ack(AckValues.NONE, null, null);

    private final AckValues values;
    private final @Nullable Throwable failure;

    private final @Nullable Late later;

    /**
     * @param stage completes, never exceptionally, with a settled ack
     * @param binding writes the values of that ack; null if unknown
     */
    private record Late(
            CompletionStage<Ack> stage, @Nullable JsonBinding binding) {}

    /** No generic types in the signature: see GuessedConstructorTest. */
    private Ack(AckValues values, @Nullable Throwable failure, @Nullable Late later) {
        this.values = values;
        this.failure = failure;
        this.later = later;
    }

    private static Ack late(CompletionStage<Ack> stage, @Nullable JsonBinding binding) {
        return new Ack(AckValues.NONE, null, new Late(stage, binding));
    }

    /**
     * An ack without values: the callback of a client that requested an ack is called without arguments.
     *
     * @return the ack
     */
    public static Ack empty() {
        return EMPTY;
    }

    /**
     * Values for the client's callback; null is JSON null.
     *
     * <p>As with {@link Socket#emit}, bytes, arrays, lists and maps, at any depth, are copied or written before this
     * returns, so the caller may change them afterwards. Objects of other classes are written before this returns if it
     * is called while an event is handled, on the handler's thread; on other threads they are written when the stage
     * passed to {@link #later} completes.
     *
     * @param values the ack's values
     * @return the ack
     * @throws IllegalArgumentException if a list or map contains itself
     */
    public static Ack of(@Nullable Object... values) {
        @Nullable Object[] all = values == null ? new Object[] {null} : values;
        return new Ack(AckValues.of(AnswerBinding.current(), all), null, null);
    }

    /**
     * No ack at all, as for an event without a handler: the client's callback is not called, or gets the client's own
     * timeout. Stock clients take any other ack, even a failure, as proof of delivery.
     *
     * <p>It is not a failure: {@link #recover} does not change it, {@link #then} may replace it by an answer,
     * {@link #whenSettled} passes no values, and a connect or disconnect continues as with {@link #empty()}.
     *
     * @return the ack
     */
    public static Ack unanswered() {
        return UNANSWERED;
    }

    /**
     * A failure: the client gets an {@link EngineException} unchanged; any other exception is masked and logged.
     *
     * @param failure the exception
     * @return the ack
     */
    public static Ack failed(Throwable failure) {
        return new Ack(AckValues.NONE, unwrap(Objects.requireNonNull(failure, "failure")), null);
    }

    /**
     * The result of {@code stage}: null is {@link #empty()}, an {@link Ack} is that ack, any other object is one value,
     * and an exception is a failure. Does not delay the connection's next event. The value is written before the call
     * that completes the stage returns, unless the stage is already complete when it is passed here.
     *
     * @param stage completes with the answer
     * @return the ack
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

    /** This ack with its values written, if an event is being handled on this thread. */
    @SuppressWarnings("ReferenceEquality") // values already written return themselves
    private Ack written() {
        JsonBinding binding = AnswerBinding.current();
        if (later != null) {
            return late(later.stage.thenApply(ack -> AnswerBinding.during(binding, ack::written)), binding);
        }
        AckValues fixed = values.writtenBy(binding);
        return fixed == values ? this : new Ack(fixed, null, null);
    }

    /**
     * Replaces a failure of this type, now or later, by another ack.
     *
     * @param <X> the type of the failure
     * @param type the type of the failures to replace
     * @param recovery returns the ack that replaces the failure
     * @return an ack without failures of this type, unless {@code recovery} returns one
     */
    public <X extends Throwable> Ack recover(Class<X> type, Function<? super X, Ack> recovery) {
        return then(ack ->
                ack.failure != null && type.isInstance(ack.failure) ? recovery.apply(type.cast(ack.failure)) : ack);
    }

    /**
     * Applies {@code change} to the ack once it is settled, failed or not; an exception it throws is a failure.
     *
     * @param change returns the ack that replaces this one
     * @return the changed ack
     */
    public Ack then(UnaryOperator<Ack> change) {
        if (later != null) {
            JsonBinding binding = later.binding;
            return late(
                    later.stage.thenCompose(
                            settled -> settled(AnswerBinding.during(binding, () -> settled.then(change)))),
                    binding);
        }
        try {
            return Objects.requireNonNull(
                    change.apply(this),
                    "a step returned null instead of an Ack; return Ack.empty() to answer without values");
        } catch (Throwable thrown) {
            return failed(thrown);
        }
    }

    /**
     * Passes the values or the failure to {@code observer} once the ack is settled; the other one is null.
     *
     * @param observer gets the values or the failure
     * @return an ack with the same outcome
     */
    public Ack whenSettled(BiConsumer<? super @Nullable List<@Nullable Object>, ? super @Nullable Throwable> observer) {
        return then(ack -> {
            observer.accept(ack.failure == null ? ack.values : null, ack.failure);
            return ack;
        });
    }

    /**
     * {@return whether this is {@link #unanswered()}, so that an interceptor can detect an event without a handler in
     * {@link #then}} False while the ack is not settled.
     */
    public boolean isUnanswered() {
        return this == UNANSWERED;
    }

    /** Whether this ack is not known to be settled yet. */
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

    /** Passes the settled ack to {@code receiver}, now or on the thread that settles it. */
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

    /** The actual failure, without the wrappers added by futures. */
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
