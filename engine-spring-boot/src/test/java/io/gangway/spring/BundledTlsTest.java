package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.clients.NodeClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.gangway.testing.Certificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** TLS by an SSL bundle, on the shared port with HTTP/2 and on a port of the engine's own. */
class BundledTlsTest {
    private static final NodeClients CLIENTS = new NodeClients();

    @TempDir
    private static Path directory;

    private static KeyStore keys;
    private static String[] bundle;

    @BeforeAll
    static void makeCertificate() throws Exception {
        keys = Certificates.generate(directory, "web", "EC");
        bundle = new String[] {
            "spring.ssl.bundle.pem.web.keystore.certificate=file:" + directory.resolve("web.crt"),
            "spring.ssl.bundle.pem.web.keystore.private-key=file:" + directory.resolve("web.key"),
        };
    }

    @AfterAll
    static void end() {
        CLIENTS.close();
    }

    @Test
    void theSharedPortServesTlsAndHttp2() throws Exception {
        try (ConfigurableApplicationContext application = TestApplication.onJetty()
                .with(Chat.class)
                .with(bundle)
                .with("server.ssl.bundle=web", "server.http2.enabled=true")
                .run()) {
            int port = TestApplication.port(application);
            HttpResponse<String> rest = get(port, "/rest");
            assertEquals(HttpClient.Version.HTTP_2, rest.version());
            assertEquals("{\"greeting\":\"hello\"}", rest.body());
            HttpResponse<String> handshake = get(port, "/socket.io/?EIO=4&transport=polling");
            assertEquals(HttpClient.Version.HTTP_2, handshake.version());
            assertEquals(200, handshake.statusCode());
            greet(port);
        }
    }

    @Test
    void aPortOfItsOwnServesTls() throws Exception {
        try (ConfigurableApplicationContext application = TestApplication.onTomcat()
                .with(Chat.class)
                .with(bundle)
                .with("gangway.port=0", "gangway.ssl-bundle=web")
                .run()) {
            greet(application.getEnvironment().getRequiredProperty("local.gangway.port", Integer.class));
        }
    }

    @Test
    void aBundleThatIsNoneIsTold() {
        String report = Failures.report(
                TestApplication.onTomcat().with(Chat.class).with("gangway.port=0", "gangway.ssl-bundle=nowhere"));
        assertEquals(true, report.contains("gangway.ssl-bundle") && report.contains("nowhere"), report);
    }

    private static void greet(int port) throws Exception {
        Map<String, String> trust = Map.of("ca", Files.readString(directory.resolve("web.crt")));
        for (Via via : Via.values()) {
            RealClient client = CLIENTS.open("https://localhost:" + port, via(via).namespace("/chat"), trust);
            client.expect("connect");
            assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
            CLIENTS.forget();
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {Certificates.trust(keys)}, null);
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .build();
        return HttpClient.newBuilder().sslContext(context).build().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
