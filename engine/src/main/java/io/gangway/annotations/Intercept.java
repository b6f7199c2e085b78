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
 * <p>On a class, interceptors work as {@link io.gangway.NamespaceBuilder#intercept} in a Gateway: they surround the
 * events of this class, and the connects and disconnects of the namespace. On a method with {@link OnEvent}, they
 * surround only that event, inside those of the class.
 *
 * <p>Interceptors of superclasses, interfaces and overridden methods are inherited and come first, so that no subclass
 * loses a guard.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Intercept {
    /**
     * The interceptors' classes, the first outermost; {@link Gateways} creates their objects.
     *
     * @return the classes
     */
    Class<? extends Interceptor>[] value();
}
