package io.gangway;

import io.gangway.cluster.SocketSnapshot.Introduction;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What other nodes are told of how a client introduced itself: by default nothing that could let them in as that client. */
final class SharedHandshake {
    private static final Logger log = LoggerFactory.getLogger(SharedHandshake.class);

    private static final Set<String> SECRET_HEADERS =
            Set.of("cookie", "authorization", "proxy-authorization", "sec-websocket-key", "sec-websocket-protocol");

    /** Engine.IO's own parameters, but for {@code sid}: whoever knows that can speak as the client. */
    private static final Set<String> PLAIN_PARAMETERS = Set.of("EIO", "transport", "t", "b64");

    private SharedHandshake() {}

    /** Without cookies, credentials, the auth payload, and whatever the application's clients put into the query. */
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
        return new Handshake(headers, query, Map.of(), handshake.address(), handshake.time(), url, handshake.secure());
    }

    /** What the filter leaves of a handshake; a filter that fails leaves what has no secrets. */
    static Introduction introduction(Handshake handshake, UnaryOperator<Handshake> filter) {
        Handshake shared;
        try {
            shared = filter.apply(handshake);
        } catch (RuntimeException failure) {
            log.error("the filter of shared handshakes failed: other nodes see none of the client's secrets", failure);
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
                introduction.secure());
    }
}
