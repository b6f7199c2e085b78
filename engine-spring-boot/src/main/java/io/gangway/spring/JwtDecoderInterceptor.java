package io.gangway.spring;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.Event;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import io.gangway.auth.BearerToken;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;

/**
 * Lets in who has a JSON Web Token that the application's own {@link JwtDecoder} accepts, so that sockets and HTTP requests obey
 * the same rules. A bean, where there is such a decoder.
 *
 * <pre>{@code
 * .namespace("/secure", secure -> secure.intercept(jwtDecoderInterceptor).on(..))
 * }</pre>
 *
 * <p>The token comes in {@code auth.token}, else in the header {@code Authorization: Bearer}. Who has none that is valid is told
 * {@code Missing authentication token}, {@code Invalid token} or {@code Token expired}. If the decoder cannot decide, because
 * the keys cannot be fetched, that is an internal error, and logged.
 *
 * <p>To the socket are attached the {@link Jwt} and the {@link Authentication}, by whose name it is {@linkplain Socket#signIn
 * signed in}. Handlers run with it in the {@link SecurityContextHolder}, so that method security holds in the services they call;
 * who is refused there is told {@code Access denied}. What a handler does on other threads, as after {@code Ack.later}, is not.
 *
 * <p>For a namespace or the whole engine it verifies when a client connects; given to a single event, when that event comes
 * first. Immutable and thread-safe. Verification runs on handler threads and may block them while keys are fetched.
 */
public final class JwtDecoderInterceptor implements Interceptor {
    private static final Logger log = LoggerFactory.getLogger(JwtDecoderInterceptor.class);

    private final JwtDecoder decoder;
    private final Converter<Jwt, ? extends Authentication> converter;
    private final Expiry expiry;

    private enum Expiry {
        AT_CONNECT,
        AT_EACH_EVENT
    }

    /**
     * Authorities as Spring Security has them by default: those of the claim {@code scope} or {@code scp}.
     *
     * @param decoder verifies the tokens
     */
    public JwtDecoderInterceptor(JwtDecoder decoder) {
        this(decoder, new JwtAuthenticationConverter());
    }

    /**
     * Authorities as the converter finds them.
     *
     * @param decoder verifies the tokens
     * @param converter makes of a token who its holder is, and what they may
     */
    public JwtDecoderInterceptor(JwtDecoder decoder, Converter<Jwt, ? extends Authentication> converter) {
        this(
                Objects.requireNonNull(decoder, "decoder"),
                Objects.requireNonNull(converter, "converter"),
                Expiry.AT_CONNECT);
    }

    private JwtDecoderInterceptor(
            JwtDecoder decoder, Converter<Jwt, ? extends Authentication> converter, Expiry expiry) {
        this.decoder = decoder;
        this.converter = converter;
        this.expiry = expiry;
    }

    /**
     * Also refuses events, with {@code Token expired}, once the token has expired; by default who is in stays in.
     *
     * @return another interceptor; this one remains as it is
     */
    public JwtDecoderInterceptor onEvents() {
        return new JwtDecoderInterceptor(decoder, converter, Expiry.AT_EACH_EVENT);
    }

    @Override
    public Ack aroundConnect(Socket socket, Chain chain) {
        return as(letIn(socket), chain);
    }

    @Override
    public Ack aroundEvent(Event event, Chain chain) {
        Socket socket = event.socket();
        Authentication holder = socket.findAttached(Authentication.class).orElse(null);
        if (holder == null) {
            holder = letIn(socket); // given to this event alone
        }
        if (expiry == Expiry.AT_EACH_EVENT) {
            requireUnexpired(socket);
        }
        return as(holder, chain);
    }

    @Override
    public Ack aroundDisconnect(Socket socket, DisconnectReason reason, Chain chain) {
        Optional<Authentication> holder = socket.findAttached(Authentication.class);
        return holder.isPresent() ? as(holder.get(), chain) : chain.proceed();
    }

    private Authentication letIn(Socket socket) {
        Jwt token = verified(socket);
        Authentication holder = converter.convert(token);
        if (holder == null) {
            throw new UnauthorizedException("Invalid token");
        }
        socket.attach(Jwt.class, token);
        socket.attach(Authentication.class, holder);
        @Nullable String name = holder.getName();
        if (name != null && !name.isEmpty()) {
            socket.signIn(name);
        }
        return holder;
    }

    private Jwt verified(Socket socket) {
        String token = BearerToken.of(socket.handshake());
        try {
            return decoder.decode(token);
        } catch (BadJwtException refused) {
            log.debug("The token of {} is refused: {}", socket, refused.getMessage());
            throw new UnauthorizedException(isExpiredOnly(refused) ? "Token expired" : "Invalid token");
        }
    }

    /** Spring Security has no type for it, only what its JwtTimestampValidator says. */
    private static boolean isExpiredOnly(BadJwtException refused) {
        return refused instanceof JwtValidationException invalid
                && invalid.getErrors().stream()
                        .allMatch(error -> error.getDescription() != null
                                && error.getDescription().startsWith("Jwt expired at"));
    }

    private static void requireUnexpired(Socket socket) {
        Instant end = socket.attached(Jwt.class).getExpiresAt();
        if (end != null && end.isBefore(Instant.now())) {
            throw new UnauthorizedException("Token expired");
        }
    }

    private static Ack as(Authentication holder, Chain chain) {
        SecurityContext former = SecurityContextHolder.getContext();
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(holder);
        SecurityContextHolder.setContext(context);
        try {
            return chain.proceed()
                    .recover(
                            AccessDeniedException.class,
                            denied -> Ack.failed(new UnauthorizedException("Access denied")));
        } finally {
            SecurityContextHolder.setContext(former);
        }
    }
}
