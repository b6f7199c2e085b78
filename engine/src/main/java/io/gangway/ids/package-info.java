/** Identifiers that nobody can guess, for sessions, sockets and errors. */
@NullMarked
package io.gangway.ids;

import org.jspecify.annotations.NullMarked;
