/**
 * Gateways as annotated classes, for those who like them better than {@link io.gangway.Gateway}: {@link
 * io.gangway.annotations.Gateways} makes the one of the other, once, when the engine is built.
 *
 * <p>All that is asked of reflection is asked then; an event is handled by a method handle. What cannot work is refused then
 * too, with the class and the method, and not when a client's event comes.
 */
@NullMarked
package io.gangway.annotations;

import org.jspecify.annotations.NullMarked;
