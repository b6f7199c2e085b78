/**
 * Ready-made extensions of the engine: a rate limit, an access log, error handlers, jakarta.validation, and limits on
 * connections.
 */
@NullMarked
package io.gangway.interceptors;

import org.jspecify.annotations.NullMarked;
