package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One Socket.IO client on a WebSocket, in the namespace {@code /}. It reads the beginning of a packet and skips the
 * rest.
 *
 * <pre>
 * CONNECTING -> UPGRADING -> OPENING -> JOINING -> JOINED -> LEAVING -> GONE
 * </pre>
 *
 * <p>Confined to its swarm's thread.
 */
final class Client {
    private enum State {
        CONNECTING,
        UPGRADING,
        OPENING,
        JOINING,
        JOINED,
        LEAVING,
        GONE
    }

    private static final int LONGEST_HEAD = 8192; // of the response to the upgrade request
    private static final byte[] JOIN = {'4', '0'};
    private static final byte[] PONG = {'3'};
    private static final byte[] NORMAL_CLOSURE = {3, (byte) 0xe8};

    final int index;
    final long startNanos;
    /** How many broadcasts of the current load it has received. */
    long received;

    private final Swarm swarm;
    private final SocketChannel channel;
    private final SelectionKey key;

    private State state = State.CONNECTING;
    private byte[] kept = new byte[64]; // bytes read that do not make a frame's head yet
    private int keptLength;
    private long skip; // of a frame whose head has been read
    private byte[] unsent = new byte[0];

    Client(Swarm swarm, int index, SocketChannel channel, SelectionKey key, long startNanos) {
        this.swarm = swarm;
        this.index = index;
        this.channel = channel;
        this.key = key;
        this.startNanos = startNanos;
    }

    boolean isGone() {
        return state == State.GONE;
    }

    /** Begins to close the connection; {@link Traffic#left} follows when the server has answered. */
    void leave() throws IOException {
        state = State.LEAVING;
        send(ClientFrames.CLOSE, NORMAL_CLOSURE);
    }

    /** Ends without telling the server. */
    void abandon() throws IOException {
        state = State.GONE;
        channel.close();
    }

    /** Sends the bytes between position and limit; bytes that the socket does not take are sent later. */
    void write(ByteBuffer frames) throws IOException {
        if (unsent.length == 0) {
            channel.write(frames);
            swarm.wrote();
        }
        if (frames.hasRemaining()) {
            int before = unsent.length;
            unsent = Arrays.copyOf(unsent, before + frames.remaining());
            frames.get(unsent, before, frames.remaining());
            key.interestOpsOr(SelectionKey.OP_WRITE);
        }
    }

    private void send(int opcode, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 8);
        ClientFrames.append(frame, opcode, payload, payload.length);
        write(frame.flip());
    }

    void ready(ByteBuffer in) throws IOException {
        if (key.isConnectable()) {
            channel.finishConnect();
            key.interestOps(SelectionKey.OP_READ);
            state = State.UPGRADING;
            write(ByteBuffer.wrap(swarm.upgradeRequest()));
        }
        if (key.isWritable()) {
            ByteBuffer rest = ByteBuffer.wrap(unsent);
            channel.write(rest);
            swarm.wrote();
            unsent = Arrays.copyOfRange(unsent, rest.position(), unsent.length);
            if (unsent.length == 0) {
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
        }
        if (key.isReadable()) {
            read(in);
        }
    }

    private void read(ByteBuffer in) throws IOException {
        in.clear().put(kept, 0, keptLength);
        keptLength = 0;
        int read;
        try {
            read = channel.read(in);
        } catch (IOException reset) {
            if (state != State.LEAVING) {
                throw reset;
            }
            read = -1;
        }
        if (read < 0) {
            ended("end of the stream");
            return;
        }
        in.flip();
        if (state == State.UPGRADING && !upgraded(in)) {
            return;
        }
        frames(in);
        if (state != State.GONE) {
            swarm.traffic().afterRead(this);
        }
    }

    private boolean upgraded(ByteBuffer in) {
        for (int at = in.position(); at + 3 < in.limit(); at++) {
            if (in.get(at) == '\r' && in.get(at + 1) == '\n' && in.get(at + 2) == '\r' && in.get(at + 3) == '\n') {
                String head = ascii(in, 0, at);
                if (!head.startsWith("HTTP/1.1 101 ")) {
                    throw new LoadFailure(this + " was not upgraded to a WebSocket: "
                            + head.lines().findFirst().orElse(""));
                }
                if (head.toLowerCase(Locale.ROOT).contains("sec-websocket-extensions")) {
                    throw new LoadFailure(this + " was given an extension it did not ask for");
                }
                in.position(at + 4);
                state = State.OPENING;
                return true;
            }
        }
        if (in.remaining() > LONGEST_HEAD) {
            throw new LoadFailure(this + " got a response head of more than " + LONGEST_HEAD + " bytes");
        }
        keep(in);
        return false;
    }

    private void frames(ByteBuffer in) throws IOException {
        while (true) {
            if (skip > 0) {
                int skipped = (int) Math.min(skip, in.remaining());
                in.position(in.position() + skipped);
                skip -= skipped;
            }
            int available = in.remaining();
            if (available < 2) {
                break;
            }
            int at = in.position();
            int first = in.get(at);
            long length = in.get(at + 1);
            int header = 2;
            if (length == 126) {
                header = 4;
                if (available < header) {
                    break;
                }
                length = in.getShort(at + 2) & 0xffff;
            } else if (length == 127) {
                header = 10;
                if (available < header) {
                    break;
                }
                length = in.getLong(at + 2);
            }
            if (length < 0 || (first & 0xf0) != 0x80) {
                throw new LoadFailure(this + " got a frame that is masked, in pieces, or of an extension");
            }
            int opcode = first & 15;
            boolean whole = opcode >= ClientFrames.CLOSE || state.compareTo(State.JOINED) < 0;
            if (available < header + (whole ? length : Math.min(length, EventText.HEAD))) {
                break;
            }
            frame(opcode, in, at + header, (int) Math.min(length, available - header), length);
            if (state == State.GONE) {
                return;
            }
            in.position(at + header);
            skip = length;
        }
        keep(in);
    }

    private void keep(ByteBuffer in) {
        keptLength = in.remaining();
        if (keptLength > kept.length) {
            kept = new byte[keptLength];
        }
        in.get(kept, 0, keptLength);
    }

    private void frame(int opcode, ByteBuffer in, int start, int available, long length) throws IOException {
        if (opcode == ClientFrames.CLOSE) {
            ended("a Close frame");
        } else if (opcode == ClientFrames.PING) {
            byte[] payload = new byte[(int) length];
            in.get(start, payload);
            send(ClientFrames.PONG, payload);
        } else if (opcode == ClientFrames.TEXT && length > 0) {
            packet(in, start, available, length);
        } else if (opcode != ClientFrames.PONG) {
            throw new LoadFailure(this + " got a frame of type " + opcode + " and length " + length);
        }
    }

    private void packet(ByteBuffer in, int start, int available, long length) throws IOException {
        byte engineIo = in.get(start);
        byte socketIo = length > 1 ? in.get(start + 1) : 0;
        if (engineIo == '4' && socketIo == '2') {
            if (state == State.JOINED) {
                swarm.traffic().event(this, in, start, available, length);
            }
        } else if (engineIo == '4' && socketIo == '3' && state == State.JOINED) {
            swarm.traffic().ack(this, in, start, available, length);
        } else if (engineIo == '0' && state == State.OPENING) {
            state = State.JOINING;
            send(ClientFrames.TEXT, JOIN);
        } else if (engineIo == '4' && socketIo == '0') {
            if (state == State.JOINING) { // some servers send the connect packet unasked, and then again
                state = State.JOINED;
                swarm.joined(this);
            }
        } else if (engineIo == '2') {
            send(ClientFrames.TEXT, PONG);
        } else if (state != State.LEAVING) {
            throw new LoadFailure(this + " got a packet it did not expect: " + ascii(in, start, start + available));
        }
    }

    private void ended(String how) throws IOException {
        if (state != State.LEAVING) {
            throw new LoadFailure(this + " was disconnected by the server (" + how + ")");
        }
        state = State.GONE;
        channel.close();
        swarm.wrote(); // the end of the stream takes a segment too
        swarm.left(this);
    }

    private static String ascii(ByteBuffer in, int from, int to) {
        byte[] bytes = new byte[to - from];
        in.get(from, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "client " + index + " (" + state + ")";
    }
}
