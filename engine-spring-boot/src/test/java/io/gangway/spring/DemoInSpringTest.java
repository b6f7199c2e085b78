package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import io.gangway.EngineException;
import io.gangway.Socket;
import io.gangway.annotations.GangwayNamespace;
import io.gangway.annotations.Intercept;
import io.gangway.annotations.OnEvent;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** The demo's chat, tokens and notifications, as an application of Spring Boot, in sixty lines. */
class DemoInSpringTest {
    @Import({Chat.class, Secure.class, Notifications.class, Routes.class})
    static class Application {
        private final SecretKey key = new SecretKeySpec(new byte[32], "HmacSHA256");

        @Bean
        JwtDecoder decoder() {
            return NimbusJwtDecoder.withSecretKey(key).build();
        }

        @Bean
        JwtEncoder encoder() {
            return new NimbusJwtEncoder(new ImmutableSecret<>(key));
        }
    }

    record Message(String text, String username) {}

    @GangwayNamespace("/")
    static class Chat {
        @OnEvent("message")
        Map<String, Boolean> message(Message message, Socket socket) {
            if (message.text() == null || message.text().isBlank()) {
                throw new EngineException("Message text is required");
            }
            socket.broadcast().emit("message", message, Instant.now());
            return Map.of("success", true);
        }
    }

    @GangwayNamespace("/secure")
    @Intercept(JwtDecoderInterceptor.class)
    static class Secure {
        @OnEvent("privateMessage")
        Map<String, String> privateMessage(Socket socket) {
            return Map.of("from", socket.attached(Jwt.class).getSubject());
        }
    }

    @GangwayNamespace("/notifications")
    @Intercept(JwtDecoderInterceptor.class)
    static class Notifications {
        @OnEvent("subscribe")
        Map<String, String> subscribe(Socket socket) {
            return Map.of("userId", socket.attached(Jwt.class).getSubject());
        }
    }

    @RestController
    record Routes(JwtDecoder decoder, JwtEncoder encoder, RunningEngine engine) {
        @PostMapping("/token")
        Map<String, String> token(@RequestBody Map<String, String> body) {
            var claims = JwtClaimsSet.builder()
                    .subject(body.get("name"))
                    .expiresAt(Instant.now().plusSeconds(3600));
            var parameters =
                    JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims.build());
            return Map.of("token", encoder.encode(parameters).getTokenValue());
        }

        @PostMapping("/notifications")
        void notifyYourself(@RequestHeader("Authorization") String bearer, @RequestBody Map<String, String> body) {
            String user = decoder.decode(bearer.substring("Bearer ".length())).getSubject();
            engine.namespace("/notifications").user(user).emit("notification", body.get("text"));
        }
    }
    // ---- the end of the application

    @Test
    void isUsedLikeTheDemo() throws Exception {
        try (ConfigurableApplicationContext application =
                        TestApplication.onJetty().with(Application.class).run();
                OkHttpClients clients = new OkHttpClients()) {
            int port = TestApplication.port(application);
            RealClient ada = clients.open(port, via(Via.WEBSOCKET)).expect("connect");
            RealClient bob = clients.open(port, via(Via.POLLING)).expect("connect");
            Map<String, String> message = Map.of("text", "Ahoy", "username", "Ada");
            assertEquals(List.of(Map.of("success", true)), answer(ada.call("message", message)));
            RealClient.Happening heard = bob.next();
            assertEquals("message", heard.name());
            assertEquals(message, heard.arguments().get(0));

            String token = JsonParser.parseString(post(port, "/token", "", "{\"name\":\"ada\"}"))
                    .getAsJsonObject()
                    .get("token")
                    .getAsString();
            RealClient secure = clients.open(
                            port, via(Via.WEBSOCKET).namespace("/secure").auth("token", token))
                    .expect("connect");
            assertEquals(List.of(Map.of("from", "ada")), answer(secure.call("privateMessage")));
            RealClient notified = clients.open(
                            port, via(Via.WEBSOCKET).namespace("/notifications").auth("token", token))
                    .expect("connect");
            assertEquals(List.of(Map.of("userId", "ada")), answer(notified.call("subscribe")));
            post(port, "/notifications", "Bearer " + token, "{\"text\":\"lunch\"}");
            notified.expect("notification", "lunch");
        }
    }

    private static String post(int port, String path, String authorization, String json) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode(), response.body());
        return response.body();
    }

    @Test
    void hasSixtyLines() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src/test/java/io/gangway/spring/DemoInSpringTest.java"));
        int first = lines.indexOf("class DemoInSpringTest {") + 1;
        int end = lines.indexOf("    // ---- the end of the application");
        long written = lines.subList(first, end).stream()
                .filter(line -> !line.isBlank())
                .count();
        assertTrue(end > first && written <= 60, written + " lines");
    }
}
