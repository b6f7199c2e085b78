/**
 * Identifiers that cannot be guessed, for sessions, sockets and errors.
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.ids;

import org.jspecify.annotations.NullMarked;
