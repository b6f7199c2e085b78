package io.gangway.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method handles this event, like an {@link io.gangway.EventHandler}.
 *
 * <p>Its parameters, in any order, are any of {@link io.gangway.Socket}, {@link io.gangway.Namespace}, {@link
 * io.gangway.Event} and {@link io.gangway.Arguments}, and at most one of another type: the event's first argument, read
 * as that type, which may be generic.
 *
 * <p>Its result is the client's ack: an {@link io.gangway.Ack} as it is, a {@link java.util.concurrent.CompletionStage}
 * as by {@link io.gangway.Ack#later}, any other value as by {@link io.gangway.Ack#of}; {@code void} and null are {@link
 * io.gangway.Ack#empty()}. An exception that it throws is the event's failure.
 *
 * <p>A method that overrides one with this annotation handles that event, whether or not it repeats the annotation.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnEvent {
    /**
     * The event's name, such as {@code message}.
     *
     * @return the name
     */
    String value();
}
