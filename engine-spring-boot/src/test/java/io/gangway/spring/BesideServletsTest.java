package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.PollingClient;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** Runs the guide's example of an engine beside servlets in a plain Jetty. It stands in this module, which has servlets anyway. */
public final class BesideServletsTest {
    /** Public, because Jetty makes it. */
    public static final class HelloServlet extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print("from a servlet");
        }
    }

    @Test
    void anEngineSharesThePortOfServlets() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        Engine engine = Engine.builder()
                .namespace("/chat")
                .on("greet", String.class, (socket, name) -> Ack.of("hello " + name))
                .build();
        ServletContextHandler servlets = new ServletContextHandler("/");
        servlets.addServlet(HelloServlet.class, "/hello");
        Handler.Wrapper sockets = engine.handler();
        sockets.setHandler(servlets);
        server.setHandler(sockets);
        server.start();
        try (OkHttpClients clients = new OkHttpClients()) {
            int port = connector.getLocalPort();
            for (Via way : Via.values()) {
                RealClient client = clients.open(port, via(way).namespace("/chat"));
                client.expect("connect");
                assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
            }
            assertEquals("from a servlet", PollingClient.get(port, "/hello").body());
        } finally {
            server.stop();
        }
    }
}
