package io.gangway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.junit.jupiter.api.Test;

/** What a client that comes and goes wakes no thread for, and has not written one by one. */
class HandshakeThreadsTest {
    @Test
    void theOpenPacketLeavesTogetherWithTheResponseToTheHandshake() throws Exception {
        try (Engine engine = Engine.builder().port(0).namespace("/").start();
                Socket socket = new Socket("localhost", engine.port())) {
            socket.setSoTimeout((int) WireClient.PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(RawClient.upgradeRequest(RawClient.WEBSOCKET).getBytes(ISO_8859_1));
            byte[] first = new byte[8192];
            String read = new String(first, 0, socket.getInputStream().read(first), ISO_8859_1);
            assertTrue(read.startsWith("HTTP/1.1 101 "), read);
            assertTrue(read.contains("\r\n\r\n\u0081"), read);
            assertTrue(read.endsWith("\"maxPayload\":1000000}"), read);
        }
    }

    @Test
    void aClientThatNobodySeesOffTakesNoHandlersThreadWhenItLeaves() {
        ExecutorService handlers = Executors.newSingleThreadExecutor();
        AtomicInteger turns = new AtomicInteger();
        AtomicInteger rooms = new AtomicInteger();
        try (Engine engine = Engine.builder()
                .port(0)
                .executor(turn -> {
                    turns.incrementAndGet();
                    handlers.execute(turn);
                })
                .namespace("/")
                .onConnect(socket -> rooms.set(socket.rooms().size()))
                .start()) {
            RawClient client = RawClient.join(engine.port());
            io.gangway.Socket socket =
                    engine.namespace("/").sockets().iterator().next();
            Eventually.equal(1, rooms::get); // the handler may run after the answer, and would find the rooms left
            client.close();
            Eventually.equal(Set.of(), socket::rooms);
            Eventually.holds("left", () -> engine.namespace("/").sockets().isEmpty());
            assertEquals(1, rooms.get());
            assertEquals(1, turns.get(), "one for the CONNECT");
        } finally {
            handlers.shutdown();
        }
    }

    @Test
    void requestsAreHandledWhereTheyAreReadUnlessSomethingMayBlock() {
        Handler blocking = new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                return false;
            }
        };
        SslConnectionFactory tls = new SslConnectionFactory(new SslContextFactory.Server(), "http/1.1");
        assertEquals(InvocationType.NON_BLOCKING, handling(null, new HttpConnectionFactory()));
        assertEquals(InvocationType.BLOCKING, handling(blocking, new HttpConnectionFactory()));
        assertEquals(InvocationType.BLOCKING, handling(null, tls, new HttpConnectionFactory()));
    }

    private static InvocationType handling(Handler application, ConnectionFactory... protocols) {
        Server jetty = new Server();
        jetty.addConnector(new ServerConnector(jetty, protocols));
        Handler.Wrapper sockets = Engine.builder().namespace("/").build().handler();
        sockets.setHandler(application);
        jetty.setHandler(sockets);
        return sockets.getInvocationType();
    }
}
