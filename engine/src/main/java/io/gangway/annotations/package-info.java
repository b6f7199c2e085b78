/**
 * Annotated classes as an alternative to {@link io.gangway.Gateway}: {@link io.gangway.annotations.Gateways} makes a
 * Gateway of an object with annotated methods.
 *
 * <p>Annotations are read once, while the engine is configured; an event is then handled through a method handle. An
 * annotation that cannot work is refused at that time, with the class, the method and the remedy, and not when a
 * client's event arrives.
 */
@NullMarked
package io.gangway.annotations;

import org.jspecify.annotations.NullMarked;
