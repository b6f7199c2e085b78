/**
 * Log lines that clients can cause at will: the first of a kind at once, and then few.
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.logs;

import org.jspecify.annotations.NullMarked;
