package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import io.gangway.Ack;
import io.gangway.annotations.GangwayNamespace;
import io.gangway.annotations.Intercept;
import io.gangway.annotations.OnEvent;
import io.gangway.clients.OkHttpClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Introduction;
import io.gangway.clients.RealClient.Via;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/** Sockets obey the application's own {@link JwtDecoder} and method security. */
class TokensTest {
    private static final SecretKey KEY =
            new SecretKeySpec("a secret of thirty-two bytes ...".getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    private static final OkHttpClients CLIENTS = new OkHttpClients();
    private static ConfigurableApplicationContext application;

    static class Bank implements SpringReadmeTest.Accounts {
        @Override
        @PreAuthorize("hasAuthority('SCOPE_close')")
        public boolean close(String name) {
            return true;
        }
    }

    @GangwayNamespace("/annotated")
    @Intercept(JwtDecoderInterceptor.class)
    static class Annotated {
        @OnEvent("close")
        @PreAuthorize("hasAuthority('SCOPE_close')")
        boolean close() {
            return true;
        }
    }

    @EnableMethodSecurity
    static class ResourceServer {
        @Bean
        Annotated annotated() {
            return new Annotated();
        }

        @Bean
        SpringReadmeTest.Accounts bank() {
            return new Bank();
        }

        @Bean
        JwtDecoder decoder() {
            NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(KEY).build();
            return token -> {
                if (token.equals("keys away")) {
                    throw new JwtException("the keys cannot be fetched");
                }
                return decoder.decode(token);
            };
        }

        @Bean
        GatewayRegistration open(JwtDecoderInterceptor tokens) {
            return GatewayRegistration.of(
                    "/open",
                    open -> open.on(
                                    "whoAmI",
                                    (socket, arguments) -> Ack.of(socket.attached(Authentication.class)
                                            .getName()),
                                    tokens)
                            .on("context", (socket, arguments) -> Ack.of(contextName())));
        }

        @Bean
        GatewayRegistration strict(JwtDecoderInterceptor tokens) {
            return GatewayRegistration.of(
                    "/strict",
                    strict -> strict.intercept(tokens.onEvents())
                            .on(
                                    "user",
                                    (socket, arguments) -> Ack.of(socket.user().orElse("nobody")))
                            .on("context", (socket, arguments) -> Ack.of(contextName())));
        }

        private static String contextName() {
            return Optional.ofNullable(SecurityContextHolder.getContext().getAuthentication())
                    .map(Authentication::getName)
                    .orElse("nobody");
        }
    }

    @BeforeAll
    static void start() {
        application = TestApplication.onJetty()
                .with(ResourceServer.class, SpringReadmeTest.Secure.class)
                .run();
    }

    @AfterAll
    static void end() {
        CLIENTS.close();
        application.close();
    }

    @AfterEach
    void forget() {
        CLIENTS.forget();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/secure", "/annotated"})
    void methodSecurityHoldsInHandlersAndWhatTheyCall(String namespace) {
        RealClient allowed = connect(in(namespace).auth("token", token("ada", "close", Instant.now())));
        allowed.expect("connect");
        assertEquals(List.of(true), answer(allowed.call("close")));
        RealClient other = connect(in(namespace).header("Authorization", "Bearer " + token("bob", "", Instant.now())));
        other.expect("connect");
        assertEquals(List.of(Map.of("status", "error", "message", "Access denied")), answer(other.call("close")));
    }

    @Test
    void whoHasNoValidTokenIsTold() {
        refused(in("/secure"), "Missing authentication token");
        refused(in("/secure").auth("token", "no token"), "Invalid token");
        refused(in("/secure").auth("token", token("ada", "", Instant.now()) + "x"), "Invalid token");
        refused(in("/secure").auth("token", token("ada", "", Instant.now().minusSeconds(7200))), "Token expired");
    }

    @Test
    void aDecoderThatCannotDecideIsNoFaultOfTheClient() {
        RealClient.Happening refused =
                connect(in("/secure").auth("token", "keys away")).next();
        assertEquals("connect_error", refused.name());
        assertEquals("Internal server error", refused.arguments().get(0));
    }

    @Test
    void aSocketIsSignedInAndItsHandlersRunAsItsHolderAlone() {
        RealClient client = connect(in("/strict").auth("token", token("ada", "", Instant.now())));
        client.expect("connect");
        assertEquals(List.of("ada"), answer(client.call("user")));
        assertEquals(List.of("ada"), answer(client.call("context")));
        RealClient open = connect(in("/open"));
        open.expect("connect");
        assertEquals(List.of("nobody"), answer(open.call("context")));
    }

    @Test
    void anEventOfItsOwnIsGuarded() {
        RealClient stranger = connect(in("/open"));
        stranger.expect("connect");
        assertEquals(
                List.of(Map.of("status", "error", "message", "Missing authentication token")),
                answer(stranger.call("whoAmI")));
        RealClient ada = connect(in("/open").auth("token", token("ada", "", Instant.now())));
        ada.expect("connect");
        assertEquals(List.of("ada"), answer(ada.call("whoAmI")));
    }

    private static Introduction in(String namespace) {
        return via(Via.WEBSOCKET).namespace(namespace);
    }

    private static RealClient connect(Introduction introduction) {
        return CLIENTS.open(TestApplication.port(application), introduction);
    }

    private static void refused(Introduction introduction, String message) {
        RealClient.Happening refused = connect(introduction).next();
        assertEquals("connect_error", refused.name());
        assertEquals(message, refused.arguments().get(0));
    }

    /** Good for an hour from then. */
    private static String token(String subject, String scope, Instant from) {
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .subject(subject)
                .claim("scope", scope)
                .issuedAt(from)
                .expiresAt(from.plusSeconds(3600))
                .build();
        return new NimbusJwtEncoder(new ImmutableSecret<>(KEY))
                .encode(JwtEncoderParameters.from(
                        JwsHeader.with(MacAlgorithm.HS256).build(), claims))
                .getTokenValue();
    }

    @Test
    void theDecoderThatSpringBootMakesHasAnInterceptorToo() {
        try (ConfigurableApplicationContext resourceServer = TestApplication.onJetty()
                .withSecurity()
                .with(Chat.class)
                .with("spring.security.oauth2.resourceserver.jwt.jwk-set-uri=http://localhost:1/keys")
                .run()) {
            assertEquals(1, resourceServer.getBeanNamesForType(JwtDecoderInterceptor.class).length);
        }
    }
}
