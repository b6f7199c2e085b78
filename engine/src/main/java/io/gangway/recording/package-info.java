/**
 * Events for Java Flight Recorder, which a recording shows under Gangway. Not part of the API. While no recording has been
 * started, each costs one static check; without the module {@code jdk.jfr} there are none.
 *
 * <p>No event has a header, a token, a payload, an id or an address.
 */
@NullMarked
package io.gangway.recording;

import org.jspecify.annotations.NullMarked;
