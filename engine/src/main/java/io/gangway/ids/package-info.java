/** Identifiers that cannot be guessed, for sessions, sockets and errors. */
@NullMarked
package io.gangway.ids;

import org.jspecify.annotations.NullMarked;
