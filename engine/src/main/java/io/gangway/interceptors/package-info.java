/**
 * Ready interceptors, and what else an application hangs into the engine: a rate limit, an access log, error handlers,
 * jakarta.validation, limits for who may come in.
 */
@NullMarked
package io.gangway.interceptors;

import org.jspecify.annotations.NullMarked;
