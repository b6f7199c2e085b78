/**
 * The engine's own threads, which survive whatever their work throws, an {@link java.lang.OutOfMemoryError} included.
 * This room knows nothing of what the threads do.
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.threads;

import org.jspecify.annotations.NullMarked;
