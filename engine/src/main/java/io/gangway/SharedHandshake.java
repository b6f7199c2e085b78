package io.gangway;

import io.gangway.cluster.SocketSnapshot.Introduction;
import io.gangway.logs.SparingLog;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * The part of a client's handshake that other nodes see: by default nothing with which they could impersonate the
 * client.
 */
final class SharedHandshake {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(SharedHandshake.class));

    private static final Set<String> SECRET_HEADERS =
            Set.of("cookie", "authorization", "proxy-authorization", "sec-websocket-key", "sec-websocket-protocol");

    /** Engine.IO's own parameters, except {@code sid}: anyone who knows it can impersonate the client. */
    private static final Set<String> PLAIN_PARAMETERS = Set.of("EIO", "transport", "t", "b64");

    private SharedHandshake() {}

    /** A handshake without cookies, credentials, auth payload and the application's own query parameters. */
    static Handshake withoutSecrets(Handshake handshake) {
        Map<String, String> headers = new HashMap<>(handshake.headers());
        headers.keySet().removeAll(SECRET_HEADERS);
        Map<String, String> query = new HashMap<>(handshake.query());
        query.keySet().retainAll(PLAIN_PARAMETERS);
        int questionMark = handshake.url().indexOf('?');
        String path = questionMark < 0 ? handshake.url() : handshake.url().substring(0, questionMark);
        String url = query.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .sorted()
                .collect(Collectors.joining("&", query.isEmpty() ? path : path + "?", ""));
        return new Handshake(
                headers,
                query,
                Map.of(),
                handshake.address(),
                handshake.time(),
                url,
                handshake.secure(),
                handshake.client());
    }

    /** The filtered handshake; if the filter fails, the one without secrets. */
    static Introduction introduction(Handshake handshake, UnaryOperator<Handshake> filter) {
        Handshake shared;
        try {
            shared = filter.apply(handshake);
        } catch (RuntimeException failure) {
            sparing.error(
                    failure, "the filter passed to shareHandshake(..) failed; sharing the handshake without secrets");
            shared = withoutSecrets(handshake);
        }
        return new Introduction(
                shared.headers(),
                shared.query(),
                shared.auth(),
                shared.address(),
                shared.time(),
                shared.url(),
                shared.secure(),
                shared.headers().containsKey("origin"));
    }

    static Handshake of(Introduction introduction) {
        return new Handshake(
                introduction.headers(),
                introduction.query(),
                introduction.auth(),
                introduction.address(),
                introduction.time(),
                introduction.url(),
                introduction.secure(),
                Handshake.kindIn(introduction.query()));
    }
}
