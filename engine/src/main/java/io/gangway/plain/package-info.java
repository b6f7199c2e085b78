/**
 * A WebSocket without Engine.IO: sessions, heartbeat by the pings of RFC 6455, and close codes that say why. This room
 * knows neither messages' content, nor Jetty.
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.plain;

import org.jspecify.annotations.NullMarked;
