package io.gangway.tasks;

/**
 * The limits of each mailbox of an engine.
 *
 * @param events how many events may wait before reading stops
 * @param bytes how many bytes of them may wait before reading stops
 * @param lateAnswers how many answers may be due before reading stops
 * @param decoding what all mailboxes together may decode at a time
 */
public record MailboxLimits(int events, long bytes, int lateAnswers, DecodePermits decoding) {}
