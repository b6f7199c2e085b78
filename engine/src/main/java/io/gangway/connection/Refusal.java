package io.gangway.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP response to a client that may not connect.
 *
 * @param status the response's status, such as 403 or 503
 * @param retryAfter when the client may try again, rounded up to seconds; null sends no Retry-After
 */
public record Refusal(int status, @Nullable Duration retryAfter) {}
