package io.gangway.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method runs for each admitted socket, like a handler of {@link io.gangway.NamespaceBuilder#onConnect}. Its
 * parameters may be a {@link io.gangway.Socket} and a {@link io.gangway.Namespace}; it must return void. Several
 * methods run one after the other: those of superclasses first, those of one class in the order of their names.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnConnect {}
