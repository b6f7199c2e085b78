package io.gangway.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a bean of type {@link io.gangway.Interceptor}, by its class or its {@code @Bean} method, that surrounds all namespaces
 * of the engine; several do in the order of their {@code @Order}, the first outermost. An interceptor without it does nothing
 * by itself: it is there for gateways to be given to.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface GlobalInterceptor {}
