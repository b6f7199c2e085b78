/**
 * Tasks and their threads: a {@link io.gangway.tasks.Mailbox} runs a connection's tasks one at a time,
 * {@link io.gangway.tasks.HandlerThreads} runs handlers that may block, and {@link io.gangway.tasks.Deadlines} runs
 * tasks at a later time. This room knows neither Socket.IO, nor Engine.IO, nor Jetty.
 *
 * <ol>
 *   <li>A mailbox's tasks run one at a time, in the order they were added.
 *   <li>No lock is held while a task runs.
 *   <li>A failing task ends only itself: its thread, and the timer, continue.
 * </ol>
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.tasks;

import org.jspecify.annotations.NullMarked;
