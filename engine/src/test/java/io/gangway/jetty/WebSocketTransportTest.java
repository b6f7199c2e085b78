package io.gangway.jetty;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.gangway.connection.Account;
import io.gangway.connection.CloseReason;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.Session;
import io.gangway.connection.Transport;
import io.gangway.tasks.Deadlines;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketConnection;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** A server that stands still while it ends a session has not written its Close frame yet, and must not cut it off. */
class WebSocketTransportTest {
    private final EndPoint socket = mock(EndPoint.class);
    private final WebSocketCoreSession core = mock(WebSocketCoreSession.class);
    private final Callback callback = mock(Callback.class);
    private long now;
    private final Deadlines deadlines = Deadlines.byHand(() -> now);
    private final WebSocketTransport transport = new WebSocketTransport(
            socket,
            deadlines,
            new Occupancy(),
            WebSocketDialect.ENGINE_IO,
            1_000_000,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            opened -> new SlowlyEnding());

    private void passSeconds(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
        deadlines.turn();
    }

    /** Ends only after two seconds. */
    private final class SlowlyEnding implements Session {
        private final Account account = new Account(InboundBudget.unlimited(), mock(Account.Line.class));

        @Override
        public Account account() {
            return account;
        }

        @Override
        public void onText(Transport from, String message) {}

        @Override
        public void onBinary(Transport from, ByteBuffer message) {}

        @Override
        public void onClosed(Transport from, CloseReason reason, String detail) {
            passSeconds(2);
        }

        @Override
        public void onDrained(Transport from) {}
    }

    @BeforeEach
    void open() {
        when(core.getConnection()).thenReturn(mock(WebSocketConnection.class));
        transport.onOpen(core, Callback.NOOP);
    }

    private void requireCutAfterTheCloseFrame() {
        InOrder order = inOrder(core, socket);
        order.verify(core).close(any(CloseStatus.class), any());
        requireCutLater(order);
    }

    private void requireCutLater(InOrder order) {
        verify(socket, never()).close(null);
        passSeconds(2);
        order.verify(socket).close(null);
    }

    @Test
    void theConnectionIsCutAfterTheReplyToTheClientsClose() {
        transport.onFrame(CloseStatus.toFrame(1000), callback);
        InOrder order = inOrder(callback, socket);
        order.verify(callback).succeeded();
        requireCutLater(order);
    }

    @Test
    void theConnectionIsCutAfterTheCloseBecauseOfTextThatIsNotUtf8() {
        transport.onFrame(new Frame(OpCode.TEXT, ByteBuffer.wrap(new byte[] {(byte) 0xFF})), callback);
        requireCutAfterTheCloseFrame();
    }

    @Test
    void theConnectionIsCutAfterTheServersClose() {
        transport.close(CloseReason.FORCED_CLOSE, "");
        requireCutAfterTheCloseFrame();
    }

    @Test
    void aConnectionThatIsGoneIsNotCut() {
        transport.onClosed(core.getConnection());
        transport.close(CloseReason.FORCED_CLOSE, "");
        passSeconds(2);
        verify(socket, never()).close(null);
    }
}
