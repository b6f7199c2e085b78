package io.gangway.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method runs when a socket has left, as {@link io.gangway.NamespaceBuilder#onDisconnect} has it. It may have parameters of
 * {@link io.gangway.Socket}, {@link io.gangway.Namespace} and {@link io.gangway.DisconnectReason}, and returns nothing.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnDisconnect {}
