package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

/** What a client that comes and goes wakes no thread for. */
class HandshakeThreadsTest {
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
            Socket socket = engine.namespace("/").sockets().iterator().next();
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
    void requestsAreHandledWhereTheyAreReadUnlessAnotherHandlerMayBlockOrTlsIsSpoken() {
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
