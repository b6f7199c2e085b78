package io.gangway;

import com.google.gson.JsonObject;

/**
 * Another form of the messages on a plain WebSocket route, such as {@code ["event", data]}. Must be thread-safe and not
 * block: messages are read on handler threads, and written on the thread that emits.
 */
public interface PlainFormat {
    /**
     * Turns a client's text message into the standard form.
     *
     * @param message the message
     * @return an object with {@code event}, {@code data}, {@code id} or {@code args}, as far as they apply
     * @throws RuntimeException if the message does not have this format; it ends the connection with code 1008
     */
    JsonObject read(String message);

    /**
     * Turns a message of the standard form into the text for the client.
     *
     * @param message an event, an answer, or the first message, {@code connect}
     * @return the text
     */
    String write(JsonObject message);
}
