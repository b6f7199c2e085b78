package io.gangway.plain;

import java.time.Duration;

/**
 * The settings of plain WebSockets.
 *
 * @param pingInterval how often the client is pinged
 * @param pingTimeout how long the client may take for its pong
 * @param maxPayload the largest message accepted from a client, in bytes
 */
public record PlainSettings(Duration pingInterval, Duration pingTimeout, int maxPayload) {}
