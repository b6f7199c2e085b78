package io.gangway.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gangway.connection.Flusher;
import io.gangway.connection.Frame;
import io.gangway.connection.ManualLooks;
import io.gangway.connection.Outbound;
import io.gangway.connection.Outlet;
import io.gangway.tasks.Deadlines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatheringEndPointTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EndPoint socket = mock(EndPoint.class);
    private final StringBuilder wire = new StringBuilder();
    private final List<String> events = new ArrayList<>();
    private final Flusher flusher = Flusher.byHand();
    private long now;
    private final Deadlines deadlines = Deadlines.byHand(() -> now);
    private final GatheringEndPoint endPoint = new GatheringEndPoint(
            socket, null, WebSocketRendering.BYTES, deadlines, PATIENCE, new GatheringEndPoint.Listener() {
                @Override
                public void onStalled(Duration patience) {
                    events.add("stalled");
                }

                @Override
                public void onWriteFailed(Throwable cause) {
                    events.add("failed: " + cause.getMessage());
                }
            });
    private final Outbound outbound =
            new Outbound(flusher, ManualLooks.none(10_000_000), reason -> events.add("overflow"));

    /** How many bytes the socket takes before it is full. */
    private int room = Integer.MAX_VALUE;

    private boolean isTls;
    private int flushes;
    private int writes;
    private @Nullable Callback pending;
    private ByteBuffer[] pendingBuffers = {};

    @BeforeEach
    void connect() throws IOException {
        when(socket.flush(any(ByteBuffer[].class))).thenAnswer(call -> {
            flushes++;
            return flush(buffers(call.getArguments(), 0));
        });
        doAnswer(call -> {
                    writes++;
                    pending = call.getArgument(0);
                    pendingBuffers = buffers(call.getArguments(), 1);
                    drain();
                    return null;
                })
                .when(socket)
                .write(any(Callback.class), any(ByteBuffer[].class));
        outbound.attach(new Outlet() {
            @Override
            public void write(Outbound from) {
                endPoint.write(from);
            }

            @Override
            public void end() {
                events.add("end");
            }
        });
    }

    @Test
    void aFrameAloneLeavesInOneFlush() {
        outbound.add(Frame.of("hello"));

        flusher.turn();

        assertEquals(1, flushes);
        assertEquals(0, writes);
        assertEquals(text("4hello"), wire.toString());
        assertFalse(flusher.turn());
    }

    @Test
    void sixteenFramesLeaveInOneFlush() {
        for (int i = 0; i < 16; i++) {
            outbound.add(Frame.of("f" + i));
        }

        flusher.turn();

        assertEquals(1, flushes);
        assertEquals(0, writes);
        assertEquals(text("4f0") + text("4f1"), wire.substring(0, 10));
        assertTrue(wire.toString().endsWith(text("4f15")));
        assertEquals(0, outbound.bytes());
    }

    @Test
    void whatAFullSocketDidNotTakeIsWrittenLaterFromACopyOfItsOwn() {
        room = 3;
        outbound.add(Frame.of("hello"));
        flusher.turn();
        assertEquals(text("4hello").substring(0, 3), wire.toString());
        assertTrue(outbound.bytes() > 0, "the frame is not yet written");

        outbound.add(Frame.of("next"));
        flusher.turn();
        assertEquals(1, flushes, "one write at a time");

        makeRoom();
        flusher.turn();

        assertEquals(text("4hello") + text("4next"), wire.toString());
        assertEquals(0, outbound.bytes());
    }

    @Test
    void tlsThatTookAllBytesButCouldNotWriteThemIsAskedToGoOn() {
        isTls = true;
        room = 0;

        outbound.add(Frame.of("hello"));
        flusher.turn();

        assertEquals(text("4hello"), wire.toString());
        assertNotNull(pending, "the ciphertext waits to be written");
        assertEquals(0, BufferUtil.remaining(pendingBuffers));
        assertTrue(outbound.bytes() > 0);

        makeRoom();

        assertEquals(0, outbound.bytes());
    }

    @Test
    void anHttp2StreamThatFlushesNothingIsWrittenTo() {
        room = 0;
        outbound.add(Frame.of("hello"));
        flusher.turn();

        makeRoom();

        assertEquals(text("4hello"), wire.toString());
    }

    @Test
    void jettysFramesWaitForTheTurnAndComeBeforeTheNext() {
        room = 3;
        outbound.add(Frame.of("first"));
        flusher.turn();
        outbound.add(Frame.of("second"));
        flusher.turn();

        endPoint.write(eventually("pong"), ByteBuffer.wrap(new byte[] {'P'}));
        assertEquals(1, writes, "a second write would be a WritePendingException");

        makeRoom();
        assertEquals(text("4first") + "P", wire.toString());
        assertEquals(List.of("pong written"), events);

        flusher.turn();
        assertEquals(text("4first") + "P" + text("4second"), wire.toString());
    }

    @Test
    void anOutboundWaitsForJettysWrite() {
        room = 0;
        endPoint.write(eventually("close"), ByteBuffer.wrap(new byte[] {'C', 'C'}));
        outbound.add(Frame.of("behind"));
        flusher.turn();
        assertEquals(0, flushes);

        makeRoom();

        assertEquals("CC" + text("4behind"), wire.toString());
        assertEquals(0, outbound.bytes());
    }

    @Test
    void aLargeFrameLeavesInPartsAndNothingComesBetween() {
        String large = "x".repeat(500_000);
        room = 70_000;
        outbound.add(Frame.of(large));
        flusher.turn();
        endPoint.write(eventually("pong"), ByteBuffer.wrap(new byte[] {'P'}));
        while (pending != null) {
            assertTrue(BufferUtil.remaining(pendingBuffers) <= Scratch.BYTES);
            room = 50_000;
            drain();
        }

        assertTrue(wire.toString().endsWith("4" + large + "P"));
        assertEquals(10 + 1 + large.length() + 1, wire.length());
        assertEquals(0, outbound.bytes());
    }

    @Test
    void manyFramesThatTogetherExceedOneWriteStayInOrder() {
        // In UTF-8 three times what Outbound takes them for.
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            outbound.add(Frame.of(i + "€".repeat(6000)));
            expected.append(i);
        }

        while (flusher.turn()) {
            // until all is written
        }

        assertEquals(expected.toString(), wire.toString().replaceAll("[^0-9]+4(\\d)|\\D+", "$1"));
        assertEquals(10 * (4 + 2 + 18_000), wire.length());
    }

    @Test
    void aWriteThatMakesNoProgressIsReported() {
        room = 3;
        outbound.add(Frame.of("hello"));
        flusher.turn();

        room = 1;
        drain();
        pass(PATIENCE);
        assertEquals(List.of(), events, "a byte moved");

        pass(PATIENCE);
        assertEquals(List.of("stalled"), events);
    }

    @Test
    void aSlowWriteThatMakesProgressIsNot() {
        room = 3;
        outbound.add(Frame.of("hello"));
        flusher.turn();
        for (int i = 0; i < 3; i++) {
            room = 1;
            drain();
            pass(PATIENCE);
        }

        assertEquals(List.of(), events);
    }

    @Test
    void aWriteThatIsOverIsNotWatched() {
        room = 3;
        outbound.add(Frame.of("hello"));
        flusher.turn();
        makeRoom();

        pass(PATIENCE.multipliedBy(3));

        assertEquals(List.of(), events);
        assertEquals(0, deadlines.pending());
    }

    @Test
    void aFailureIsReportedOnceAndFailsWhatWaits() throws IOException {
        room = 3;
        outbound.add(Frame.of("hello"));
        flusher.turn();
        endPoint.write(eventually("pong"), ByteBuffer.wrap(new byte[] {'P'}));

        pending().failed(new IOException("broken pipe"));

        assertEquals(List.of("failed: broken pipe", "pong failed"), events);
        endPoint.write(eventually("close"), ByteBuffer.wrap(new byte[] {'C'}));
        assertEquals("close failed", events.get(2));
        assertFalse(wire.toString().contains("P"));
    }

    @Test
    void aFlushThatThrowsIsAFailure() throws IOException {
        when(socket.flush(any(ByteBuffer[].class))).thenThrow(new IOException("reset"));
        outbound.add(Frame.of("hello"));

        flusher.turn();

        assertEquals(List.of("failed: reset"), events);
    }

    private Callback eventually(String name) {
        return Callback.from(() -> events.add(name + " written"), failure -> events.add(name + " failed"));
    }

    private Callback pending() {
        Callback callback = pending;
        assertNotNull(callback);
        return callback;
    }

    private void makeRoom() {
        room = Integer.MAX_VALUE;
        isTls = false;
        drain();
    }

    private void pass(Duration time) {
        now += time.plusMillis(20).toNanos();
        deadlines.turn();
    }

    /** The socket becomes writable. */
    private void drain() {
        Callback callback = pending;
        if (callback != null && flush(pendingBuffers)) {
            pending = null;
            callback.succeeded();
        }
    }

    private boolean flush(ByteBuffer... buffers) {
        boolean all = true;
        for (ByteBuffer buffer : buffers) {
            byte[] taken = new byte[isTls ? buffer.remaining() : Math.min(room, buffer.remaining())];
            buffer.get(taken);
            wire.append(new String(taken, ISO_8859_1));
            room -= isTls ? 0 : taken.length;
            all &= !buffer.hasRemaining() && !isTls;
        }
        return all;
    }

    private static ByteBuffer[] buffers(Object[] arguments, int from) {
        ByteBuffer[] buffers = new ByteBuffer[arguments.length - from];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = (ByteBuffer) arguments[from + i];
        }
        return buffers;
    }

    /** A short text frame's bytes. */
    private static String text(String payload) {
        return "\u0081" + (char) payload.length() + payload;
    }
}
