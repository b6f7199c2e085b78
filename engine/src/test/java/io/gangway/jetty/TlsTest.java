package io.gangway.jetty;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.head;
import static io.gangway.clients.RawClient.upgradeRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Handshake;
import io.gangway.Holdings;
import io.gangway.Socket;
import io.gangway.clients.NodeClients;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RawClient;
import io.gangway.clients.RealClient;
import io.gangway.testing.Certificates;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS and WSS on a port of the engine's own. */
class TlsTest {
    @TempDir
    private static Path directory;

    private static KeyStore server;
    private static KeyStore friend;

    private final BlockingQueue<Handshake> handshakes = new LinkedBlockingQueue<>();
    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    @BeforeAll
    static void makeKeys() throws Exception {
        server = Certificates.generate(directory, "server", "EC");
        friend = Certificates.generate(directory, "friend", "RSA");
    }

    private EngineBuilder chat() {
        return Engine.builder()
                .port(0)
                .namespace(
                        "/",
                        chat -> chat.onConnect(socket -> handshakes.add(socket.handshake()))
                                .on(
                                        "echo",
                                        (socket, arguments) ->
                                                Ack.of(arguments.values().toArray()))
                                .onDisconnect((socket, reason) -> reasons.add(reason)));
    }

    private Engine secure() {
        return chat().tls(directory.resolve("server.crt"), directory.resolve("server.key"))
                .start();
    }

    private static RawClient connect(int port) {
        return connect(port, null);
    }

    /** Trusts the server's certificate, and shows its own if it has one. */
    private static RawClient connect(int port, @Nullable KeyStore own) {
        try {
            return new RawClient(Certificates.trusting(server, own).createSocket("localhost", port));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    // ---- both transports

    @Test
    void pollingGoesOverHttps() throws Exception {
        try (Engine engine = secure();
                RawClient client = connect(engine.port())) {
            String session = POLLING + "&sid=" + client.get(POLLING).sid();
            assertEquals("200 ok", client.post(session, "40").shown());
            RawClient.assertConnected(client.get(session).body());
            assertEquals("200 ok", client.post(session, "420[\"echo\",1]").shown());
            assertEquals("200 430[1]", client.get(session).shown());
            assertEquals(true, handshakes.poll(10, TimeUnit.SECONDS).secure());
            client.leave(session);
        }
    }

    @Test
    void webSocketsGoOverTls() throws Exception {
        try (Engine engine = secure();
                RawClient client = connect(engine.port())) {
            assertEquals(101, client.write(upgradeRequest(WEBSOCKET)).response().status());
            assertEquals('0', client.next().charAt(0));
            client.send("40");
            RawClient.assertConnected(client.next());
            assertEquals(true, handshakes.poll(10, TimeUnit.SECONDS).secure());
            // More than a TLS record, and than a write, both ways.
            String large = "x".repeat(900_000);
            client.send("420[\"echo\",\"" + large + "\"]").expect("430[\"" + large + "\"]");
            for (int i = 0; i < 50; i++) {
                engine.namespace("/").emit("broadcast", i, "y".repeat(10_000));
            }
            for (int i = 0; i < 50; i++) {
                client.expect("42[\"broadcast\"," + i + ",\"" + "y".repeat(10_000) + "\"]");
            }
            client.write(RawClient.closeFrame(1000)).expect("closed 1000");
            assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void aSessionGoesFromHttpsToWss() {
        try (Engine engine = secure();
                RawClient client = connect(engine.port());
                RawClient webSocket = connect(engine.port())) {
            String session = POLLING + "&sid=" + client.get(POLLING).sid();
            client.post(session, "40");
            RawClient.assertConnected(client.get(session).body());
            client.write(head("GET", session));
            webSocket.write(upgradeRequest(session.replace("polling", "websocket")));
            assertEquals(101, webSocket.response().status());
            webSocket.send("2probe").expect("3probe");
            assertEquals("200 6", client.response().shown());
            webSocket.send("5").send("420[\"echo\",1]").expect("430[1]");
            assertEquals(400, client.get(session).status());
        }
    }

    @Test
    void aPollThatIsGivenUpEndsTheSessionOverTlsToo() throws Exception {
        try (Engine engine = secure();
                RawClient polls = connect(engine.port());
                RawClient posts = connect(engine.port())) {
            String session = POLLING + "&sid=" + polls.get(POLLING).sid();
            posts.post(session, "40");
            RawClient.assertConnected(polls.get(session).body());
            polls.write(head("GET", session));
            Eventually.holds(
                    "the poll waits",
                    () -> engine.namespace("/").sockets().stream().allMatch(Socket::isWritable));
            // Polls that are answered are none the worse for being watched.
            assertEquals("200 ok", posts.post(session, "420[\"echo\"]").shown());
            assertEquals("200 430[]", polls.response().shown());
            polls.write(head("GET", session));
            Eventually.holds(
                    "the poll waits",
                    () -> engine.namespace("/").sockets().stream().allMatch(Socket::isWritable));
            polls.close();
            assertEquals(DisconnectReason.TRANSPORT_ERROR, reasons.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void pagesOfTheSameHostMayConnectOverTls() {
        try (Engine engine = secure();
                RawClient client = connect(engine.port())) {
            assertEquals(200, client.get(POLLING, "Origin: https://localhost").status());
            assertEquals(
                    403, client.get(POLLING, "Origin: https://evil.example").status());
            log.expectComplaint("https://evil.example");
        }
    }

    @Test
    void plainHttpOnThatPortIsNotServedAndHarmsNobody() {
        try (Engine engine = secure();
                RawClient plain = RawClient.connect(engine.port());
                RawClient client = connect(engine.port())) {
            plain.write(head("GET", POLLING));
            String answer = plain.next();
            assertEquals(false, answer.contains("sid"), answer);
            assertEquals(200, client.get(POLLING).status());
        }
    }

    // ---- hosts that the certificate does not name

    private static int status(RawClient client, String host) {
        return client.write("GET " + POLLING + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .response()
                .status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat.example.com", "chat.example.com:8443", "127.0.0.1", "[::1]:3000", "LOCALHOST"})
    void aRequestMayAskForAnyHost(String host) throws Exception {
        try (Engine engine = secure();
                RawClient client = connect(engine.port());
                RawClient webSocket = connect(engine.port())) {
            assertEquals(200, status(client, host));
            webSocket.write(upgradeRequest(WEBSOCKET).replace("Host: localhost", "Host: " + host));
            assertEquals(101, webSocket.response().status());
            assertEquals('0', webSocket.next().charAt(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void stockClientsMayComeByAnotherName(RealClient.Via via) throws Exception {
        try (Engine engine = secure();
                NodeClients javaScript = new NodeClients();
                OkHttpClients java = new OkHttpClients(builder -> builder.hostnameVerifier((host, session) -> true)
                        .sslSocketFactory(Certificates.trusting(server, null), Certificates.trust(server)))) {
            String url = "https://127.0.0.1:" + engine.port();
            for (RealClient client : List.of(
                    javaScript.open(url, RealClient.Introduction.via(via), Map.of("rejectUnauthorized", false)),
                    java.open(url, RealClient.Introduction.via(via)))) {
                client.expect("connect");
                assertEquals(true, handshakes.poll(10, TimeUnit.SECONDS).secure());
                client.disconnect();
            }
        }
    }

    @Test
    void theApplicationMayInsistOnNamesOfTheCertificate() {
        try (Engine engine = chat().tls(directory.resolve("server.crt"), directory.resolve("server.key"))
                        .http(http -> http.strictTlsHost())
                        .start();
                RawClient client = connect(engine.port());
                RawClient named = connect(engine.port())) {
            assertEquals(400, status(client, "chat.example.com"));
            assertEquals(400, status(client, "chat.example.com:" + engine.port()));
            assertEquals(1, log.complaints().size());
            log.expectComplaint(
                    "refused a TLS request for host chat.example.com with 400: the certificate is for"
                            + " [localhost, server]; to let clients use that host, call http(http -> http.anyTlsHost()) on the engine's builder");
            assertEquals(200, status(named, "localhost:" + engine.port()));
        }
    }

    private EngineBuilder with(KeyStore... keys) throws Exception {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(Certificates.together(keys));
        tls.setKeyStorePassword(Certificates.PASSWORD);
        return chat().tls(tls);
    }

    /** Says in its TLS handshake which host it means, as browsers do. */
    private static RawClient connect(int port, KeyStore trusted, String host) throws IOException {
        SSLSocket socket = (SSLSocket) Certificates.trusting(trusted, null).createSocket("localhost", port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        socket.setSSLParameters(parameters);
        return new RawClient(socket);
    }

    @Test
    void ofSeveralNamesTheHostHasToBeThatOfTheCertificateInUse() throws Exception {
        KeyStore chat = Certificates.generate(directory, "chat", "EC", "chat.example.com");
        KeyStore admin = Certificates.generate(directory, "admin", "EC", "admin.example.com");
        try (Engine engine = with(chat, admin).start();
                RawClient client = connect(engine.port(), chat, "chat.example.com");
                RawClient named = connect(engine.port(), admin, "admin.example.com")) {
            assertEquals(400, status(client, "admin.example.com"));
            log.expectComplaint(
                    "for host admin.example.com with 400: the certificate is for [chat," + " chat.example.com]");
            assertEquals(200, status(named, "admin.example.com"));
        }
        try (Engine engine = with(chat, admin).http(http -> http.anyTlsHost()).start();
                RawClient client = connect(engine.port(), chat, "chat.example.com")) {
            assertEquals(200, status(client, "admin.example.com"));
            assertEquals(200, status(client, "127.0.0.1"));
        }
    }

    @Test
    void certificatesOfTheSameNameAreAsOne() throws Exception {
        KeyStore rsa = Certificates.generate(Files.createDirectory(directory.resolve("rsa")), "server", "RSA");
        try (Engine engine = with(server, rsa).start();
                NodeClients javaScript = new NodeClients()) {
            javaScript
                    .open(
                            "https://127.0.0.1:" + engine.port(),
                            RealClient.Introduction.via(RealClient.Via.UPGRADING),
                            Map.of("rejectUnauthorized", false))
                    .expect("connect");
        }
    }

    // ---- client certificates

    private Engine demanding() throws Exception {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(server);
        tls.setKeyStorePassword(Certificates.PASSWORD);
        tls.setNeedClientAuth(true);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("friend", friend.getCertificate("key"));
        tls.setTrustStore(trusted);
        return chat().tls(tls).start();
    }

    @Test
    void aClientWithTheRightCertificateIsServed() throws Exception {
        try (Engine engine = demanding();
                RawClient polling = connect(engine.port(), friend);
                RawClient webSocket = connect(engine.port(), friend)) {
            assertEquals(200, polling.get(POLLING).status());
            assertEquals(
                    101, webSocket.write(upgradeRequest(WEBSOCKET)).response().status());
            assertEquals('0', webSocket.next().charAt(0));
        }
    }

    @Test
    void aClientWithoutACertificateOrWithAnotherIsNotServed() throws Exception {
        try (Engine engine = demanding()) {
            for (KeyStore own : new KeyStore[] {null, server}) {
                String outcome;
                try (RawClient stranger = connect(engine.port(), own)) {
                    outcome = stranger.get(POLLING).shown();
                } catch (UncheckedIOException | AssertionError refused) {
                    outcome = "refused";
                }
                assertEquals("refused", outcome);
            }
            assertEquals(0, Holdings.of(engine).sessions());
            try (RawClient polling = connect(engine.port(), friend)) {
                assertEquals(200, polling.get(POLLING).status());
            }
        }
    }
}
