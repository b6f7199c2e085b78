package io.gangway.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the namespace whose events the class handles, for {@link Gateways#add}. Several classes may name the same one.
 *
 * <p>A class without this annotation inherits it from its superclass, or else from an interface.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface GangwayNamespace {
    /**
     * The namespace's name, such as {@code /chat}. Default {@code /}.
     *
     * @return the name
     */
    String value() default "/";
}
