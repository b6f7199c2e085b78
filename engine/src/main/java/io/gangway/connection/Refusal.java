package io.gangway.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client that is not let in, in HTTP's terms.
 *
 * @param status the response's status, such as 403 or 503
 * @param retryAfter when to come again, rounded up to seconds; null to say nothing
 */
public record Refusal(int status, @Nullable Duration retryAfter) {}
