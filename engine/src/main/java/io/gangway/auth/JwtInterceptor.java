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
 * Admits clients with a valid JSON Web Token.
 *
 * <pre>{@code
 * .namespace("/secure", secure -> secure
 *         .intercept(JwtInterceptor.hmac256(secret).issuer("https://id.example").audience("chat"))
 *         .on("whoAmI", (socket, arguments) -> Ack.of(socket.attached(DecodedJWT.class).getSubject())))
 * }</pre>
 *
 * <p>The token is taken from {@code auth.token}, else from the header {@code Authorization: Bearer}; never from the
 * query. It must be signed with the algorithm of the configured key, whatever its own header says, and have an
 * {@code exp}. A client without a valid token is told {@code Missing authentication token}, {@code Invalid token} or,
 * if nothing else is wrong with it, {@code Token expired}: as {@code connect_error}, or as the failure of an event. The
 * log gives the reason at debug, and never the token.
 *
 * <p>The verified token is attached to the socket, {@code socket.attached(DecodedJWT.class)}, and the socket is
 * {@linkplain Socket#signIn signed in} as its subject, so that {@code namespace.user(subject)} reaches all devices of a
 * user. A token whose subject is missing, empty or not a string admits the client, but signs nobody in;
 * {@code require("sub")} refuses one without a subject.
 *
 * <p>On a namespace or the whole engine it checks when a client connects, unless {@link #onEvents} says otherwise. On a
 * single event, {@code on("transfer", handler, JwtInterceptor..)}, it checks the token with which the client connected,
 * each time that event arrives.
 *
 * <p>Immutable and thread-safe: each option returns another interceptor. Verification runs on handler threads; with
 * {@link #jwks} it may block them while keys are fetched.
 */
public final class JwtInterceptor implements Interceptor {
    private final Keys keys;
    private final TokenRules rules;
    private final Options options;
    private final AlarmClock clock;
    private final TokenVerifier verifier;

    private enum Stage {
        CONNECT,
        EVENTS
    }

    /** How the application maps a token to the object attached under this type. */
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
     * When tokens are verified, and what is attached to the socket.
     *
     * @param principal what is attached besides the token; null for nothing
     * @param user names the user of a token
     * @param stages when tokens are verified; on connect if empty
     * @param grace how long a client may go on after its token expired; null if expiry is not watched
     */
    private record Options(
            @Nullable Principal<?> principal,
            Function<? super DecodedJWT, @Nullable String> user,
            Set<Stage> stages,
            @Nullable Duration grace) {}

    /** No generic types in the signature: see GuessedConstructorTest. */
    private JwtInterceptor(Keys keys, TokenRules rules, Options options, AlarmClock clock) {
        this.keys = keys;
        this.rules = rules;
        this.options = options;
        this.clock = clock;
        this.verifier = new TokenVerifier(keys, rules, clock);
    }

    // ---- keys

    /**
     * Accepts tokens signed with HS256.
     *
     * @param secret the secret with which tokens are signed
     * @return the interceptor
     * @throws IllegalArgumentException if the secret has less than 32 bytes in UTF-8
     */
    public static JwtInterceptor hmac256(String secret) {
        return hmac256(StrongKeys.bytes(secret));
    }

    /**
     * Accepts tokens signed with HS256.
     *
     * @param secret the secret with which tokens are signed
     * @return the interceptor
     * @throws IllegalArgumentException if the secret has less than 32 bytes
     */
    public static JwtInterceptor hmac256(byte[] secret) {
        return pinned(StrongKeys.hmac(256, secret));
    }

    /**
     * Accepts tokens signed with HS384.
     *
     * @param secret the secret with which tokens are signed
     * @return the interceptor
     * @throws IllegalArgumentException if the secret has less than 48 bytes in UTF-8
     */
    public static JwtInterceptor hmac384(String secret) {
        return hmac384(StrongKeys.bytes(secret));
    }

    /**
     * Accepts tokens signed with HS384.
     *
     * @param secret the secret with which tokens are signed
     * @return the interceptor
     * @throws IllegalArgumentException if the secret has less than 48 bytes
     */
    public static JwtInterceptor hmac384(byte[] secret) {
        return pinned(StrongKeys.hmac(384, secret));
    }

    /**
     * Accepts tokens signed with HS512.
     *
     * @param secret the secret with which tokens are signed
     * @return the interceptor
     * @throws IllegalArgumentException if the secret has less than 64 bytes in UTF-8
     */
    public static JwtInterceptor hmac512(String secret) {
        return hmac512(StrongKeys.bytes(secret));
    }

    /**
     * Accepts tokens signed with HS512.
     *
     * @param secret the secret with which tokens are signed
     * @return the interceptor
     * @throws IllegalArgumentException if the secret has less than 64 bytes
     */
    public static JwtInterceptor hmac512(byte[] secret) {
        return pinned(StrongKeys.hmac(512, secret));
    }

    /**
     * Accepts tokens signed with RS256.
     *
     * @param key the public key with which tokens are verified
     * @return the interceptor
     * @throws IllegalArgumentException if the key has less than 2048 bits
     */
    public static JwtInterceptor rsa256(RSAPublicKey key) {
        return pinned(StrongKeys.rsa(256, key));
    }

    /**
     * Accepts tokens signed with RS384.
     *
     * @param key the public key with which tokens are verified
     * @return the interceptor
     * @throws IllegalArgumentException if the key has less than 2048 bits
     */
    public static JwtInterceptor rsa384(RSAPublicKey key) {
        return pinned(StrongKeys.rsa(384, key));
    }

    /**
     * Accepts tokens signed with RS512.
     *
     * @param key the public key with which tokens are verified
     * @return the interceptor
     * @throws IllegalArgumentException if the key has less than 2048 bits
     */
    public static JwtInterceptor rsa512(RSAPublicKey key) {
        return pinned(StrongKeys.rsa(512, key));
    }

    /**
     * Accepts tokens signed with ES256.
     *
     * @param key the public key with which tokens are verified
     * @return the interceptor
     * @throws IllegalArgumentException if the key is not on the curve P-256
     */
    public static JwtInterceptor ecdsa256(ECPublicKey key) {
        return pinned(StrongKeys.ecdsa(256, key));
    }

    /**
     * Accepts tokens signed with ES384.
     *
     * @param key the public key with which tokens are verified
     * @return the interceptor
     * @throws IllegalArgumentException if the key is not on the curve P-384
     */
    public static JwtInterceptor ecdsa384(ECPublicKey key) {
        return pinned(StrongKeys.ecdsa(384, key));
    }

    /**
     * Accepts tokens signed with ES512.
     *
     * @param key the public key with which tokens are verified
     * @return the interceptor
     * @throws IllegalArgumentException if the key is not on the curve P-521
     */
    public static JwtInterceptor ecdsa512(ECPublicKey key) {
        return pinned(StrongKeys.ecdsa(512, key));
    }

    /**
     * Accepts tokens signed with one of the keys that an identity provider publishes at this address, which should be
     * {@code https}. Needs {@code com.nimbusds:nimbus-jose-jwt}.
     *
     * <p>A token only names its key, by {@code kid}; the key's type, curve and {@code alg} determine the algorithm. An
     * RSA key without {@code alg} is for RS256. The keys are fetched with the first token, when they are five minutes
     * old, and when a token names an unknown key, but at most twice in 30 seconds. If they cannot be fetched, the last
     * ones stay in use for an hour. A fetch blocks the handler threads that need its result, for a few seconds at
     * worst.
     *
     * @param address the address of the JSON Web Key Set
     * @return the interceptor
     */
    public static JwtInterceptor jwks(URI address) {
        try {
            return jwks(address.toURL());
        } catch (MalformedURLException unknownScheme) {
            throw new IllegalArgumentException(
                    "cannot fetch keys from a \"" + address.getScheme() + ":\" URL: use an https or http URL",
                    unknownScheme);
        }
    }

    /**
     * Accepts tokens signed with one of the keys published at this address, like {@link #jwks(URI)}.
     *
     * @param address the address of the JSON Web Key Set
     * @return the interceptor
     */
    public static JwtInterceptor jwks(URL address) {
        try {
            return by(new RemoteKeys(address));
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(
                    "jwks(..) needs com.nimbusds:nimbus-jose-jwt on the class path; add that dependency", missing);
        }
    }

    private static JwtInterceptor pinned(Algorithm algorithm) {
        return by(keyId -> algorithm);
    }

    static JwtInterceptor by(Keys keys) {
        Options options = new Options(null, JwtInterceptor::subject, EnumSet.noneOf(Stage.class), null);
        return new JwtInterceptor(keys, TokenRules.DEFAULT, options, AlarmClock.SYSTEM);
    }

    // ---- rules for tokens

    /**
     * Accepts only tokens whose {@code iss} is one of these.
     *
     * @param issuers the names of issuers
     * @return an interceptor with this option
     */
    public JwtInterceptor issuer(String... issuers) {
        return with(rules.withIssuers(List.of(issuers)));
    }

    /**
     * Accepts only tokens whose {@code aud} is or contains one of these.
     *
     * @param audiences the names of audiences
     * @return an interceptor with this option
     */
    public JwtInterceptor audience(String... audiences) {
        return with(rules.withAudiences(List.of(audiences)));
    }

    /**
     * How far the token issuer's clock may differ from this machine's. Default: zero.
     *
     * @param leeway the difference
     * @return an interceptor with this option
     */
    public JwtInterceptor leeway(Duration leeway) {
        return with(rules.withLeeway(leeway));
    }

    /**
     * Accepts only tokens that have these claims, with a value other than null; {@code exp} is always required.
     *
     * @param claims the names of claims
     * @return an interceptor with this option
     */
    public JwtInterceptor require(String... claims) {
        return with(rules.withRequired(List.of(claims)));
    }

    /**
     * Accepts only tokens of at most this many characters. Default: 8192. Longer ones are not parsed.
     *
     * @param characters the maximum length
     * @return an interceptor with this option
     */
    public JwtInterceptor maxTokenLength(int characters) {
        return with(rules.withMaxLength(characters));
    }

    // ---- principal and user

    /**
     * Attaches the object that {@code mapper} returns for the token, as {@code socket.attached(type)}. If the mapper
     * returns null, the token is refused as invalid; if it throws, the connect or event fails with that exception.
     *
     * @param <T> the type of the object
     * @param type the type under which the object is attached
     * @param mapper returns the object for a token
     * @return an interceptor with this option
     */
    public <T> JwtInterceptor principal(Class<T> type, Function<? super DecodedJWT, ? extends @Nullable T> mapper) {
        Principal<T> those = new Principal<>(Objects.requireNonNull(type), Objects.requireNonNull(mapper));
        return with(new Options(those, options.user, options.stages, options.grace));
    }

    /**
     * Names the user of a token. Default: its subject, if that is a string. Null and {@code ""} sign nobody in.
     *
     * @param mapper returns the user's name for a token
     * @return an interceptor with this option
     */
    public JwtInterceptor user(Function<? super DecodedJWT, @Nullable String> mapper) {
        return with(new Options(options.principal, Objects.requireNonNull(mapper), options.stages, options.grace));
    }

    // ---- when to check

    /**
     * Checks when a client connects. This is the default; with {@link #onEvents} as well, it checks at both.
     *
     * @return an interceptor with this option
     */
    public JwtInterceptor onConnect() {
        return at(Stage.CONNECT);
    }

    /**
     * Checks at each event that the client has a valid token that has not expired. Without {@link #onConnect} as well,
     * anyone may connect.
     *
     * @return an interceptor with this option
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
     * Disconnects clients whose token expires. At {@code exp} plus the leeway, the client gets the event
     * {@code auth_expired}; if it sends no new token within {@code grace}, it is disconnected from the namespace.
     *
     * <p>The client sends a new token with the event {@code reauth}, at any time, with the token or {@code {token}} as
     * the first argument. The new token must belong to the same user, and replaces the old one. The ack is {@code
     * {status: "ok"}}, or an error like that of any event; after an error the old token and its expiry still apply. No
     * handler sees {@code reauth}.
     *
     * <p>Only for an interceptor of the engine or a namespace: one of a single event does not see sockets leave, and
     * watches nothing.
     *
     * @param grace how long a socket may stay after its token has expired
     * @return an interceptor with this option
     */
    public JwtInterceptor watchExpiry(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("the grace period must not be negative, but is " + grace);
        }
        if (grace.compareTo(TokenRules.LONGEST) > 0) {
            throw new IllegalArgumentException("the grace period must be at most 365 days, but is " + grace);
        }
        return with(new Options(options.principal, options.user, options.stages, grace));
    }

    private JwtInterceptor with(TokenRules those) {
        return new JwtInterceptor(keys, those, options, clock);
    }

    private JwtInterceptor with(Options those) {
        return new JwtInterceptor(keys, rules, those, clock);
    }

    JwtInterceptor with(AlarmClock that) {
        return new JwtInterceptor(keys, rules, options, that);
    }

    // ---- interception

    @Override
    public Ack aroundConnect(Socket socket, Chain chain) {
        Authentication authentication = Authentication.atConnect(this, socket);
        if (checksConnects()) {
            letIn(socket, authentication, verifier.verify(BearerToken.of(socket.handshake()), socket));
        }
        // A refused socket never leaves, so anything that ends when a socket leaves begins only after admission.
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
        // An interceptor of a single event was not called on connect.
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

    /** Checks that the token is still valid; if it has been verified here before, checks only its expiry. */
    private void check(Socket socket, Authentication authentication) {
        DecodedJWT known = authentication.token();
        Optional<DecodedJWT> attached = socket.findAttached(DecodedJWT.class);
        // Another interceptor may have admitted the socket with this token, or replaced it by a new one.
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

    /** Attaches the results of a verified token. If a mapper throws, at most the principal has changed. */
    private void letIn(Socket socket, Authentication authentication, DecodedJWT verified) {
        Optional<String> owner = userOf(verified);
        if (options.principal != null) {
            options.principal.attach(socket, verified);
        }
        if (!authentication.letIn(verified)) {
            throw new UnauthorizedException(TokenVerifier.EXPIRED); // the grace period ended during verification
        }
        socket.attach(DecodedJWT.class, verified);
        owner.ifPresent(socket::signIn);
    }

    /** Not the library's {@code getSubject}, which turns a number into text: RFC 7519, section 4.1.2. */
    private static @Nullable String subject(DecodedJWT token) {
        return token.getClaim("sub").asString();
    }

    private Optional<String> userOf(DecodedJWT token) {
        return Optional.ofNullable(options.user.apply(token)).filter(Predicate.not(String::isEmpty));
    }

    private void watch(Authentication authentication) {
        DecodedJWT token = authentication.token();
        if (options.grace != null && token != null && authentication.isSinceConnect()) {
            authentication.watch(verifier.end(token), options.grace, clock);
        }
    }
}
