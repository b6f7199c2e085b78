package io.gangway.annotations;

import io.gangway.Interceptor;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Surrounds a class's events, or one method's, with interceptors: guards, error handlers, rate limits.
 *
 * <p>On a class they are as {@link io.gangway.NamespaceBuilder#intercept} within a Gateway: they surround the events of this
 * class, and the connects and disconnects of the namespace. On a method with {@link OnEvent} they surround that event alone,
 * inside of those of the class.
 *
 * <p>Those of superclasses, interfaces and overridden methods come first and are kept: no subclass loses a guard.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Intercept {
    /**
     * The classes, the first outermost; see {@link Gateways} for how each becomes an object.
     *
     * @return the classes
     */
    Class<? extends Interceptor>[] value();
}
