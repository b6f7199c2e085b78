/**
 * Meters and observations with Micrometer, which an application that uses this package needs: {@code micrometer-core}.
 *
 * <p>The number of meters is fixed when they are bound: events without a handler, and dynamic namespaces, share one tag value.
 * Nothing here tells a room, a user, a socket's id, an address, a header or a payload.
 */
@NullMarked
package io.gangway.metrics;

import org.jspecify.annotations.NullMarked;
