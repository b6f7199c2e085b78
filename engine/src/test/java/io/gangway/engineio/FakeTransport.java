package io.gangway.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Frame;
import io.gangway.connection.Outbound;
import io.gangway.connection.Transport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A WebSocket: what was sent on it, as Engine.IO packets, and how it ended. */
final class FakeTransport implements Transport {
    private final List<String> packets = new ArrayList<>();
    private boolean stuck;
    private boolean paused;

    /** The packets sent since the last call, and at last how it ended. */
    synchronized List<String> next() {
        List<String> next = List.copyOf(packets);
        packets.clear();
        return next;
    }

    boolean isPaused() {
        return paused;
    }

    /** From now on writes take and are not done. */
    void stick() {
        stuck = true;
    }

    @Override
    public String name() {
        return WEBSOCKET;
    }

    @Override
    public synchronized void write(Outbound outbound) {
        Frame[] frames = new Frame[64];
        int count = outbound.take(frames, 64 * 1024);
        for (int i = 0; i < count; i++) {
            Frame frame = frames[i];
            packets.add(frame.isControl() ? frame.text() : "4" + frame.text());
            for (ByteBuffer attachment : frame.attachments()) {
                packets.add("<" + UTF_8.decode(attachment.duplicate()) + ">");
            }
        }
        if (!stuck) {
            outbound.written();
        }
    }

    @Override
    public synchronized void end() {
        packets.add("end");
    }

    @Override
    public synchronized void sendUnqueued(String packet) {
        packets.add(packet);
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public synchronized void close(CloseReason reason, String detail) {
        packets.add("close " + reason);
    }
}
