package io.gangway.auth;

import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.Event;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.UnauthorizedException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who has a valid JSON Web Token.
 *
 * <pre>{@code
 * .namespace("/secure", secure -> secure
 *         .intercept(JwtInterceptor.hmac256(secret).issuer("https://id.example").audience("chat"))
 *         .on("whoAmI", (socket, arguments) -> Ack.of(socket.attached(DecodedJWT.class).getSubject())))
 * }</pre>
 *
 * <p>The token comes in {@code auth.token}, else in the header {@code Authorization: Bearer}; never in the query. It must be
 * signed with the algorithm that the key is for, whatever it says itself, and have an {@code exp}. Who has none that is valid
 * is told {@code Missing authentication token}, {@code Invalid token} or, if nothing else is wrong with it, {@code Token
 * expired}: as {@code connect_error}, or as the failure of an event. Why, stands in the log at debug; the token never does.
 *
 * <p>The verified token is attached to the socket, {@code socket.attached(DecodedJWT.class)}, and the socket is
 * {@linkplain Socket#signIn signed in} as its subject, so that {@code namespace.user(subject)} reaches all devices of a user.
 *
 * <p>For a namespace or the whole engine it checks when a client connects, unless told otherwise by {@link #onEvents}. Given
 * to a single event, {@code on("transfer", handler, JwtInterceptor..)}, it checks whenever that event comes, by the token
 * that the client connected with.
 *
 * <p>Immutable and thread-safe: each option returns another interceptor. Verification runs on handler threads; with
 * {@link #jwks} it may block them while keys are fetched.
 */
public final class JwtInterceptor implements Interceptor {
    private final Keys keys;
    private final TokenRules rules;
    private final Options options;
    private final TokenVerifier verifier;

    private enum Stage {
        CONNECT,
        EVENTS
    }

    /** What the application makes of a token, and attaches under this type. */
    private record Principal<T>(Class<T> type, Function<? super DecodedJWT, ? extends @Nullable T> mapper) {
        void attach(Socket socket, DecodedJWT token) {
            T value = mapper.apply(token);
            if (value == null) {
                throw new UnauthorizedException(TokenVerifier.INVALID);
            }
            socket.attach(type, value);
        }
    }

    /**
     * When tokens are verified, and what is made of them.
     *
     * @param principal what is attached besides the token; null if nothing
     * @param user whose a token is
     * @param stages when tokens are verified; at the connect if empty
     * @param grace how long a client may go on after its token expired; null if expiry is not watched
     */
    private record Options(
            @Nullable Principal<?> principal,
            Function<? super DecodedJWT, @Nullable String> user,
            Set<Stage> stages,
            @Nullable Duration grace) {}

    /** Names no generic type: see GuessedConstructorTest. */
    private JwtInterceptor(Keys keys, TokenRules rules, Options options) {
        this.keys = keys;
        this.rules = rules;
        this.options = options;
        this.verifier = new TokenVerifier(keys, rules);
    }

    // ---- by which key

    /**
     * Tokens signed with HS256.
     *
     * @throws IllegalArgumentException if the secret has less than 32 bytes in UTF-8
     */
    public static JwtInterceptor hmac256(String secret) {
        return hmac256(StrongKeys.bytes(secret));
    }

    /**
     * Tokens signed with HS256.
     *
     * @throws IllegalArgumentException if the secret has less than 32 bytes
     */
    public static JwtInterceptor hmac256(byte[] secret) {
        return pinned(StrongKeys.hmac(256, secret));
    }

    /**
     * Tokens signed with HS384.
     *
     * @throws IllegalArgumentException if the secret has less than 48 bytes in UTF-8
     */
    public static JwtInterceptor hmac384(String secret) {
        return hmac384(StrongKeys.bytes(secret));
    }

    /**
     * Tokens signed with HS384.
     *
     * @throws IllegalArgumentException if the secret has less than 48 bytes
     */
    public static JwtInterceptor hmac384(byte[] secret) {
        return pinned(StrongKeys.hmac(384, secret));
    }

    /**
     * Tokens signed with HS512.
     *
     * @throws IllegalArgumentException if the secret has less than 64 bytes in UTF-8
     */
    public static JwtInterceptor hmac512(String secret) {
        return hmac512(StrongKeys.bytes(secret));
    }

    /**
     * Tokens signed with HS512.
     *
     * @throws IllegalArgumentException if the secret has less than 64 bytes
     */
    public static JwtInterceptor hmac512(byte[] secret) {
        return pinned(StrongKeys.hmac(512, secret));
    }

    /**
     * Tokens signed with RS256.
     *
     * @throws IllegalArgumentException if the key has less than 2048 bits
     */
    public static JwtInterceptor rsa256(RSAPublicKey key) {
        return pinned(StrongKeys.rsa(256, key));
    }

    /**
     * Tokens signed with RS384.
     *
     * @throws IllegalArgumentException if the key has less than 2048 bits
     */
    public static JwtInterceptor rsa384(RSAPublicKey key) {
        return pinned(StrongKeys.rsa(384, key));
    }

    /**
     * Tokens signed with RS512.
     *
     * @throws IllegalArgumentException if the key has less than 2048 bits
     */
    public static JwtInterceptor rsa512(RSAPublicKey key) {
        return pinned(StrongKeys.rsa(512, key));
    }

    /**
     * Tokens signed with ES256.
     *
     * @throws IllegalArgumentException if the key is not on the curve P-256
     */
    public static JwtInterceptor ecdsa256(ECPublicKey key) {
        return pinned(StrongKeys.ecdsa(256, key));
    }

    /**
     * Tokens signed with ES384.
     *
     * @throws IllegalArgumentException if the key is not on the curve P-384
     */
    public static JwtInterceptor ecdsa384(ECPublicKey key) {
        return pinned(StrongKeys.ecdsa(384, key));
    }

    /**
     * Tokens signed with ES512.
     *
     * @throws IllegalArgumentException if the key is not on the curve P-521
     */
    public static JwtInterceptor ecdsa512(ECPublicKey key) {
        return pinned(StrongKeys.ecdsa(512, key));
    }

    /**
     * Tokens signed with one of the keys that an identity provider publishes at this address, which should be {@code https}.
     * Needs {@code com.nimbusds:nimbus-jose-jwt}.
     *
     * <p>A token names its key, by {@code kid}, and no more: the key's type, curve and {@code alg} say which algorithm it is
     * for; an RSA key without {@code alg} is for RS256. The keys are fetched with the first token, when they are five minutes
     * old, and when a token names an unknown one, though no more than twice in 30 seconds, whatever tokens come. While they
     * cannot be fetched, those that were serve on for an hour. A fetch blocks the handler threads that need its outcome, for
     * some seconds at the worst.
     */
    public static JwtInterceptor jwks(URI address) {
        try {
            return jwks(address.toURL());
        } catch (MalformedURLException unknownScheme) {
            throw new IllegalArgumentException("keys are fetched over https or http", unknownScheme);
        }
    }

    /** See {@link #jwks(URI)}. */
    public static JwtInterceptor jwks(URL address) {
        try {
            return by(new RemoteKeys(address));
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException("jwks needs com.nimbusds:nimbus-jose-jwt on the class path", missing);
        }
    }

    private static JwtInterceptor pinned(Algorithm algorithm) {
        return by(keyId -> algorithm);
    }

    static JwtInterceptor by(Keys keys) {
        Options options = new Options(null, DecodedJWT::getSubject, EnumSet.noneOf(Stage.class), null);
        return new JwtInterceptor(keys, TokenRules.DEFAULT, options);
    }

    // ---- which tokens

    /** Only tokens whose {@code iss} is one of these. */
    public JwtInterceptor issuer(String... issuers) {
        return with(rules.withIssuers(List.of(issuers)));
    }

    /** Only tokens whose {@code aud} is, or has among others, one of these. */
    public JwtInterceptor audience(String... audiences) {
        return with(rules.withAudiences(List.of(audiences)));
    }

    /** How far the clock of who issues the tokens may be from ours; by default they are the same. */
    public JwtInterceptor leeway(Duration leeway) {
        return with(rules.withLeeway(leeway));
    }

    /** Only tokens that have these claims, and not as null; {@code exp} is required anyway. */
    public JwtInterceptor require(String... claims) {
        return with(rules.withRequired(List.of(claims)));
    }

    /** Only tokens of at most this many characters; by default 8192. Longer ones are not even looked at. */
    public JwtInterceptor maxTokenLength(int characters) {
        return with(rules.withMaxLength(characters));
    }

    // ---- what is made of them

    /**
     * Attaches what {@code mapper} makes of the token, as {@code socket.attached(type)}. If it makes null of it, the token is
     * refused as invalid; if it throws, that is the failure of the connect or event.
     */
    public <T> JwtInterceptor principal(Class<T> type, Function<? super DecodedJWT, ? extends @Nullable T> mapper) {
        Principal<T> those = new Principal<>(Objects.requireNonNull(type), Objects.requireNonNull(mapper));
        return with(new Options(those, options.user, options.stages, options.grace));
    }

    /** Whose a token is: by default its subject's. Null is nobody's, which leaves the socket as it is. */
    public JwtInterceptor user(Function<? super DecodedJWT, @Nullable String> mapper) {
        return with(new Options(options.principal, Objects.requireNonNull(mapper), options.stages, options.grace));
    }

    // ---- when

    /** Checks when a client connects. This is the default; together with {@link #onEvents} it checks both. */
    public JwtInterceptor onConnect() {
        return at(Stage.CONNECT);
    }

    /**
     * Checks with each event that the client has a valid token, which has not expired meanwhile. Without {@link #onConnect}
     * besides, anyone may connect.
     */
    public JwtInterceptor onEvents() {
        return at(Stage.EVENTS);
    }

    private JwtInterceptor at(Stage stage) {
        EnumSet<Stage> those = EnumSet.of(stage);
        those.addAll(options.stages);
        return with(new Options(options.principal, options.user, those, options.grace));
    }

    /**
     * Watches tokens expire while their clients are connected. At {@code exp}, the leeway added, the client gets the event
     * {@code auth_expired}; if it does not send a new token within {@code grace}, it is disconnected from the namespace.
     *
     * <p>It sends one by the event {@code reauth}, at any time, with the token or {@code {token}} as the first argument. The
     * token must be the same user's, and takes the place of the old one. The ack is {@code {status: "ok"}}, or tells what is
     * wrong as that of any event would; then the old token, and its time, still hold. No handler sees {@code reauth}.
     *
     * <p>For an interceptor of the engine or a namespace: one of a single event does not see when sockets leave, and watches
     * nothing.
     */
    public JwtInterceptor watchExpiry(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a grace time cannot be negative, got " + grace);
        }
        if (grace.compareTo(TokenRules.LONGEST) > 0) {
            throw new IllegalArgumentException("a grace time is a year at most, got " + grace);
        }
        return with(new Options(options.principal, options.user, options.stages, grace));
    }

    private JwtInterceptor with(TokenRules those) {
        return new JwtInterceptor(keys, those, options);
    }

    private JwtInterceptor with(Options those) {
        return new JwtInterceptor(keys, rules, those);
    }

    // ---- at work

    @Override
    public Ack aroundConnect(Socket socket, Chain chain) {
        Authentication authentication = Authentication.atConnect(this, socket);
        if (checksConnects()) {
            letIn(socket, authentication, verifier.verify(BearerToken.of(socket.handshake()), socket));
        }
        // A refused socket never leaves: what ends with its leaving begins when it has been admitted.
        return chain.proceed().whenSettled((values, failure) -> watch(authentication));
    }

    @Override
    public Ack aroundEvent(Event event, Chain chain) {
        Authentication authentication = Authentication.atEvent(this, event.socket());
        if (options.grace != null
                && authentication.isSinceConnect()
                && event.name().equals(Authentication.REAUTH_EVENT)) {
            return reauthenticate(event, authentication);
        }
        // An event's own interceptor was not asked at the connect.
        if (options.stages.contains(Stage.EVENTS) || !authentication.isSinceConnect()) {
            check(event.socket(), authentication);
        }
        return chain.proceed();
    }

    @Override
    public Ack aroundDisconnect(Socket socket, DisconnectReason reason, Chain chain) {
        Authentication.atEvent(this, socket).end();
        return chain.proceed();
    }

    private boolean checksConnects() {
        return options.stages.isEmpty() || options.stages.contains(Stage.CONNECT);
    }

    /** Makes sure that the token is valid still, by its time alone if it has been verified here before. */
    private void check(Socket socket, Authentication authentication) {
        DecodedJWT known = authentication.token();
        Optional<DecodedJWT> attached = socket.findAttached(DecodedJWT.class);
        // Another interceptor may have let the socket in with this token, or have exchanged it for a new one.
        String token = attached.isPresent() ? attached.get().getToken() : null;
        if (known != null && (token == null || token.equals(known.getToken()))) {
            verifier.requireUnexpired(known, socket);
            return;
        }
        letIn(
                socket,
                authentication,
                verifier.verify(token == null ? BearerToken.of(socket.handshake()) : token, socket));
        watch(authentication);
    }

    private Ack reauthenticate(Event event, Authentication authentication) {
        Socket socket = event.socket();
        DecodedJWT fresh = verifier.verify(BearerToken.of(event.arguments()), socket);
        DecodedJWT former = authentication.token();
        Optional<String> holder = former == null ? socket.user() : userOf(former);
        if (holder.isPresent() && !holder.equals(userOf(fresh))) {
            throw new UnauthorizedException(TokenVerifier.INVALID);
        }
        letIn(socket, authentication, fresh);
        watch(authentication);
        return Ack.of(Map.of("status", "ok"));
    }

    /** Attaches what comes of a verified token; if a mapper throws, nothing has changed but perhaps the principal. */
    private void letIn(Socket socket, Authentication authentication, DecodedJWT verified) {
        Optional<String> owner = userOf(verified);
        if (options.principal != null) {
            options.principal.attach(socket, verified);
        }
        if (!authentication.letIn(verified)) {
            throw new UnauthorizedException(TokenVerifier.EXPIRED); // while it was being verified, the grace ran out
        }
        socket.attach(DecodedJWT.class, verified);
        owner.ifPresent(socket::signIn);
    }

    private Optional<String> userOf(DecodedJWT token) {
        return Optional.ofNullable(options.user.apply(token)).filter(Predicate.not(String::isEmpty));
    }

    private void watch(Authentication authentication) {
        DecodedJWT token = authentication.token();
        if (options.grace != null && token != null && authentication.isSinceConnect()) {
            authentication.watch(verifier.end(token), options.grace);
        }
    }
}
