package io.gangway.guide;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.NodeClients;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.gangway.testing.Certificates;
import io.gangway.testing.Eventually;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guide's configurations of proxies, word for word but for ports and files, between stock clients and two engines. */
class ReverseProxiesTest {
    @TempDir
    private Path folder;

    /** A proxy of the guide, and how it is run in the foreground. */
    enum Proxy {
        NGINX {
            @Override
            String whole(String snippet, Path folder) {
                return "user " + System.getProperty("user.name") + "; daemon off; pid " + folder.resolve("pid")
                        + "; error_log stderr;\nevents {}\nhttp {\n"
                        + "access_log off; client_body_temp_path " + folder.resolve("body") + "; proxy_temp_path "
                        + folder.resolve("proxy") + "; fastcgi_temp_path " + folder.resolve("f") + "; uwsgi_temp_path "
                        + folder.resolve("u") + "; scgi_temp_path " + folder.resolve("s") + ";\n" + snippet + "}\n";
            }

            @Override
            List<String> command(Path program, Path configuration) {
                return List.of(
                        program.toString(),
                        "-c",
                        configuration.toString(),
                        "-p",
                        configuration.getParent().toString());
            }
        },
        HAPROXY {
            @Override
            String whole(String snippet, Path folder) {
                return snippet;
            }

            @Override
            List<String> command(Path program, Path configuration) {
                return List.of(program.toString(), "-db", "-f", configuration.toString());
            }
        };

        abstract String whole(String snippet, Path folder);

        abstract List<String> command(Path program, Path configuration);

        String program() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void stockClientsReachTwoEnginesThroughTheGuidesProxy(Proxy proxy) throws Exception {
        Path program = programOf(proxy);
        KeyStore keys = Certificates.generate(folder, "proxy", "RSA");
        Files.writeString(
                folder.resolve("both.pem"),
                Files.readString(folder.resolve("proxy.crt")) + Files.readString(folder.resolve("proxy.key")));
        try (Engine first = engine("first");
                Engine second = engine("second")) {
            int port = freePort(); // not before: else an engine might get it
            Path configuration = folder.resolve("proxy.conf");
            Files.writeString(
                    configuration,
                    proxy.whole(
                            snippet(proxy)
                                    .replace("listen 443", "listen 127.0.0.1:" + port)
                                    .replace("bind :443", "bind 127.0.0.1:" + port)
                                    .replace("10.0.0.1:3001", "127.0.0.1:" + first.port())
                                    .replace("10.0.0.2:3001", "127.0.0.1:" + second.port())
                                    .replace(
                                            "/etc/ssl/site.pem",
                                            folder.resolve("both.pem").toString())
                                    .replace(
                                            "/etc/ssl/site.key",
                                            folder.resolve("proxy.key").toString()),
                            folder));
            Process process = new ProcessBuilder(proxy.command(program, configuration))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            try {
                Eventually.holds(proxy.program() + " listens", () -> listens(process, port));
                clientsOfEachKindAreServed(port, keys);
            } finally {
                process.destroy();
                process.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private static void clientsOfEachKindAreServed(int port, KeyStore keys) {
        Set<String> engines = new TreeSet<>();
        for (String address : addresses()) {
            try (OkHttpClients clients = new OkHttpClients(http -> http.socketFactory(new SocketsFrom(address))
                    .sslSocketFactory(Certificates.trusting(keys, null), Certificates.trust(keys)))) {
                // Polls have to find their way back again and again: from each address.
                engines.add(serverOf(clients.open("https://localhost:" + port, via(Via.POLLING)), address));
                if (engines.size() == 1) {
                    serverOf(clients.open("https://localhost:" + port, via(Via.UPGRADING)), address);
                    serverOf(clients.open("https://localhost:" + port, via(Via.WEBSOCKET)), address);
                }
            }
        }
        assertEquals(Set.of("first", "second"), engines);
        try (NodeClients clients = new NodeClients()) {
            for (Via way : Via.values()) {
                Map<String, ?> anyCertificate = Map.of("rejectUnauthorized", false); // Node does not know the test's
                serverOf(clients.open("https://127.0.0.1:" + port, via(way), anyCertificate), "127.0.0.1");
            }
        }
    }

    /** Loopback addresses of this machine, which the proxy takes for those of several clients. */
    private static List<String> addresses() {
        return IntStream.range(2, 6).mapToObj(last -> "127.0.0." + last).toList();
    }

    /** Asserts that the client is served, and known by its own address and its TLS; returns which engine did. */
    private static String serverOf(RealClient client, String address) {
        client.expect("connect");
        List<Object> answer = answer(client.call("who", "large ".repeat(5_000)));
        client.disconnect();
        assertEquals(address + " true 30000", answer.get(1));
        return String.valueOf(answer.get(0));
    }

    /** Opens sockets from one of this machine's addresses. */
    private static final class SocketsFrom extends SocketFactory {
        private final InetAddress local;

        SocketsFrom(String address) {
            try {
                this.local = InetAddress.getByName(address);
            } catch (IOException unknown) {
                throw new AssertionError(unknown);
            }
        }

        @Override
        public Socket createSocket() throws IOException {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(local, 0));
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return createSocket(InetAddress.getByName(host), port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
            return createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            Socket socket = createSocket();
            socket.connect(new InetSocketAddress(host, port));
            return socket;
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
            return createSocket(host, port);
        }
    }

    private static Engine engine(String name) {
        return Engine.builder()
                .port(0)
                .host("127.0.0.1")
                .http(http -> http.trustProxies("127.0.0.1"))
                .namespace("/")
                .on(
                        "who",
                        String.class,
                        (socket, text) -> Ack.of(
                                name,
                                socket.handshake().address() + " "
                                        + socket.handshake().secure() + " " + text.length()))
                .start();
    }

    private static String snippet(Proxy proxy) throws IOException {
        return Pattern.compile("```" + proxy.program() + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError("the guide has no configuration of " + proxy.program()))
                .group(1);
    }

    private static Path programOf(Proxy proxy) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, proxy.program()))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> {
                    String reason = "NO " + proxy.program() + ", SO THE GUIDE'S CONFIGURATION OF IT IS NOT TESTED.";
                    System.err.println(reason);
                    return abort(reason);
                });
    }

    private boolean listens(Process process, int port) {
        if (!process.isAlive()) {
            try {
                throw new AssertionError("the proxy ended: " + Files.readString(folder.resolve("log")));
            } catch (IOException unreadable) {
                throw new AssertionError(unreadable);
            }
        }
        // From another address: from the same one, a socket that happens to get this very port connects to itself.
        try (Socket socket = new SocketsFrom("127.0.0.9").createSocket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
