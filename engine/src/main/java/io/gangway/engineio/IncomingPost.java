package io.gangway.engineio;

import io.gangway.connection.Account;
import org.jspecify.annotations.Nullable;

/**
 * A POST in progress: its body is read first, then its packets are delivered as fast as the session accepts them. Counts
 * its body on the session's account. Thread-safe.
 */
final class IncomingPost implements PollingPost {
    /** The transport of the POST, whose lock guards the POST too. */
    interface Receiver {
        Account account();

        boolean isClosed();

        // ---- with the lock held

        boolean isPaused();

        boolean isCurrent(IncomingPost post);

        /** Another POST may begin. */
        void onEnd(IncomingPost post);

        // ---- without it

        /** Handles a packet; false if it broke the protocol. */
        boolean onPacket(String packet);

        void onFailed(String detail);

        /** The client has sent more than it may before a namespace admits it. */
        void onOverLimit();

        /** Drops what a closed session still has to send. */
        void abandon();

        /** What answers a POST that could not be handled. */
        EngineIoError error();
    }

    private final HttpExchange exchange;
    private final Receiver receiver;
    private final int maxPayload;

    // Guarded by the receiver.
    private @Nullable String body;
    private boolean delivering;
    /** Reads the body on once the client is resumed. */
    private @Nullable Runnable reading;
    /** The steps of the body on the session's account. */
    private int counted;

    /** The index at which the next packet begins. Confined to the delivering thread. */
    private int position;

    IncomingPost(HttpExchange exchange, Receiver receiver, int maxPayload) {
        this.exchange = exchange;
        this.receiver = receiver;
        this.maxPayload = maxPayload;
    }

    // ---- its body

    @Override
    public Account account() {
        return receiver.account();
    }

    @Override
    public int maxBytes() {
        return receiver.account().longestMessage(maxPayload);
    }

    @Override
    public boolean mayRead(Runnable later) {
        synchronized (receiver) {
            boolean wait = receiver.isPaused() && receiver.isCurrent(this);
            reading = wait ? later : null;
            return !wait;
        }
    }

    @Override
    public void holds(int bytes) {
        int more;
        synchronized (receiver) {
            if (!receiver.isCurrent(this)) {
                return; // aborted
            }
            more = Account.steps(bytes) - counted;
            counted += more;
        }
        if (more == 0) {
            receiver.account().getsOn();
        } else {
            receiver.account().changeArriving(more);
        }
    }

    @Override
    public void received(int bytes) {
        receiver.account().receivedBytes(bytes);
    }

    @Override
    public void complete(String text) {
        boolean lingers = receiver.isClosed();
        int arrived;
        int complete;
        synchronized (receiver) {
            arrived = counted;
            complete = receiver.isCurrent(this) ? Account.steps(Account.bytesOf(text)) : 0;
            counted = complete;
            body = text;
        }
        receiver.account().changeArriving(-arrived);
        receiver.account().changeParts(complete); // no handler has its messages yet
        deliver();
        if (lingers && text.equals(String.valueOf(EngineIoCodec.CLOSE))) {
            receiver.abandon();
        }
    }

    @Override
    public void tooLarge() {
        boolean unadmitted = maxBytes() < maxPayload;
        leave();
        exchange.refuse(EngineIoError.PAYLOAD_TOO_LARGE);
        if (unadmitted) {
            receiver.onOverLimit();
        }
    }

    @Override
    public void fail(String detail) {
        leave();
        receiver.onFailed(detail);
        exchange.refuse(EngineIoError.BAD_REQUEST);
    }

    private void leave() {
        synchronized (receiver) {
            receiver.onEnd(this);
        }
        release();
    }

    /** Counts the body no longer: it is handled, or nobody will. */
    private void release() {
        int steps;
        boolean complete;
        synchronized (receiver) {
            steps = counted;
            counted = 0;
            complete = body != null;
            body = null;
        }
        if (complete) {
            receiver.account().changeParts(-steps);
        } else {
            receiver.account().changeArriving(-steps);
        }
    }

    /** The session has ended. */
    void abort() {
        synchronized (receiver) {
            if (delivering) {
                return; // the delivering thread sees that the session has ended, and answers
            }
            receiver.onEnd(this);
        }
        release();
        exchange.refuse(receiver.error());
    }

    // ---- its packets

    /** The client is read again. */
    void resume() {
        Runnable more;
        synchronized (receiver) {
            more = reading;
            reading = null;
        }
        if (more != null) {
            more.run();
        }
        deliver();
    }

    private void deliver() {
        String payload;
        synchronized (receiver) {
            if (body == null || delivering || receiver.isPaused() || !receiver.isCurrent(this)) {
                return;
            }
            delivering = true;
            payload = body;
        }
        boolean sound = true;
        boolean more = true;
        while (more) {
            while (sound && position <= payload.length() && !isPaused() && !receiver.isClosed()) {
                int end = payload.indexOf(EngineIoCodec.SEPARATOR, position);
                if (end < 0) {
                    end = payload.length();
                    release(); // the last packet is counted by whoever receives it
                }
                sound = receiver.onPacket(payload.substring(position, end));
                position = end + 1;
            }
            synchronized (receiver) {
                boolean done = !sound || position > payload.length() || receiver.isClosed();
                more = !done && !receiver.isPaused();
                if (!more) {
                    delivering = false;
                    if (!done) {
                        return; // resume() continues from here
                    }
                    receiver.onEnd(this);
                }
            }
        }
        release();
        EngineIoError error = receiver.error();
        if (sound && error == EngineIoError.BAD_REQUEST) {
            exchange.ok();
        } else {
            exchange.refuse(error);
        }
    }

    private boolean isPaused() {
        synchronized (receiver) {
            return receiver.isPaused();
        }
    }
}
