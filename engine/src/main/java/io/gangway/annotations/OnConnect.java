package io.gangway.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method runs for each socket that was admitted, as {@link io.gangway.NamespaceBuilder#onConnect} has it. It may have
 * parameters of {@link io.gangway.Socket} and {@link io.gangway.Namespace}, and returns nothing. Several run one after the other,
 * those of superclasses first, those of one class by name.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnConnect {}
