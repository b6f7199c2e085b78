package io.gangway.benchmarks.servers;

/**
 * Emits to all clients from within the server's process, never more broadcasts than may be under way: the next one leaves
 * when all clients have the one so many before it. Confined to one thread.
 */
public final class Broadcaster {
    private final Contender.Running server;
    private final Receipts receipts;
    private final String text;
    private final int underWay;
    private long published;

    /** @param bytes how long the text in a message is */
    public Broadcaster(Contender.Running server, Receipts receipts, int bytes, int underWay) {
        this.server = server;
        this.receipts = receipts;
        this.text = "abcdefghijklmnopqrstuvwxyz".repeat(bytes / 26 + 1).substring(0, bytes);
        this.underWay = underWay;
    }

    /** Emits what may leave, then waits for the next receipt; tells how many deliveries it is for. */
    public long deliver() {
        while (published - receipts.everywhere() < underWay) {
            server.broadcast(new Message(published++, text));
        }
        return receipts.await();
    }

    /** How many broadcasts it has emitted. */
    public long published() {
        return published;
    }
}
