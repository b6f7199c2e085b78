package io.gangway;

/**
 * The limits of what clients send.
 *
 * @param budget the bytes of heap for what all clients send
 * @param unadmitted the bytes of heap for one client that no namespace has admitted
 * @param lateAnswers how many late answers one connection may wait for
 */
record InboundLimits(long budget, int unadmitted, int lateAnswers) {
    /** One client's turn needs room for two of the largest messages. */
    private static final int LEAST_MESSAGES = 4;
    /** Beside the budget there must be room for decoding, for sending, and for the application. */
    private static final int SHARE = 5;

    private static final long LEAST_QUEUED_BYTES = 64 * 1024;

    /**
     * The limits, with a budget that has room for messages of the largest size.
     *
     * @param budget the bytes that the application chose; 0 if it chose none
     * @throws IllegalArgumentException if they are too few
     */
    static InboundLimits of(long budget, int maxPayload, int unadmitted, int lateAnswers) {
        return new InboundLimits(budgetOf(budget, maxPayload), unadmitted, lateAnswers);
    }

    private static long budgetOf(long chosen, int maxPayload) {
        long least = (long) LEAST_MESSAGES * maxPayload;
        if (chosen == 0) {
            return Math.max(Runtime.getRuntime().maxMemory() / SHARE, least);
        }
        if (chosen < least) {
            throw new IllegalArgumentException("inboundBudget must be at least four times maxPayload (" + maxPayload
                    + " bytes), but is " + chosen);
        }
        return chosen;
    }

    /**
     * How many bytes of one connection's events may wait for their handlers: two of the largest messages, at least 64
     * KiB.
     */
    static long queued(int maxPayload) {
        return Math.max(2L * maxPayload, LEAST_QUEUED_BYTES);
    }
}
