package io.gangway.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method runs when a socket has left, like a handler of {@link io.gangway.NamespaceBuilder#onDisconnect}. Its
 * parameters may be a {@link io.gangway.Socket}, a {@link io.gangway.Namespace} and a {@link
 * io.gangway.DisconnectReason}; it must return void.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnDisconnect {}
