package io.gangway.jetty;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.gangway.tasks.Deadlines;
import org.eclipse.jetty.io.EndPoint;
import org.junit.jupiter.api.Test;

class ReadingEndPointTest {
    private final EndPoint socket = mock(EndPoint.class);
    private final ReadingEndPoint endPoint = new ReadingEndPoint(socket, Deadlines.byHand(() -> 0));

    @Test
    void aClientThatIsDoneHasItsOutputShutDownByTheClose() {
        endPoint.peerDone();
        assertFalse(endPoint.isOutputShutdown());
        endPoint.shutdownOutput();
        assertTrue(endPoint.isOutputShutdown());
        verify(socket, never()).shutdownOutput();
        endPoint.close(null);
        verify(socket).close(null);
    }

    @Test
    void aClientThatMayStillSendHasItsOutputShutDownBeforeTheClose() {
        endPoint.shutdownOutput();
        verify(socket).shutdownOutput();
        endPoint.close(null);
        verify(socket, never()).close(null);
    }
}
