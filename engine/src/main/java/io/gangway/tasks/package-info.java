/**
 * Tasks and the threads they run on: a connection's tasks one at a time in a {@link io.gangway.tasks.Mailbox}, handlers
 * that may block on {@link io.gangway.tasks.HandlerThreads}, and what is due later in {@link io.gangway.tasks.Deadlines}.
 * This room knows neither Socket.IO, nor Engine.IO, nor Jetty.
 *
 * <ol>
 *   <li>A mailbox's tasks run one at a time, in the order they were added.
 *   <li>No lock is held while a task runs.
 *   <li>A task that throws costs itself alone: its thread, and the timer, go on.
 * </ol>
 */
@NullMarked
package io.gangway.tasks;

import org.jspecify.annotations.NullMarked;
