package io.gangway.benchmarks.servers;

/**
 * Emits to all clients from within the server's process, with a limited number of broadcasts in flight: it emits one
 * when all clients have received the one so many earlier. Confined to one thread.
 */
public final class Broadcaster {
    private final Contender.Running server;
    private final Receipts receipts;
    private final String text;
    private final int underWay;
    private long published;

    /** @param bytes the length of the text in a message */
    public Broadcaster(Contender.Running server, Receipts receipts, int bytes, int underWay) {
        this.server = server;
        this.receipts = receipts;
        this.text = "abcdefghijklmnopqrstuvwxyz".repeat(bytes / 26 + 1).substring(0, bytes);
        this.underWay = underWay;
    }

    /**
     * Emits as many broadcasts as may be in flight, then waits for the next receipt; returns the number of deliveries
     * it reports.
     */
    public long deliver() {
        while (published - receipts.everywhere() < underWay) {
            server.broadcast(new Message(published++, text));
        }
        return receipts.await();
    }

    /** The number of broadcasts emitted. */
    public long published() {
        return published;
    }
}
