package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the subprotocol of a WebSocket: RFC 6455, section 4.2.2. Must not block. */
@FunctionalInterface
public interface SubprotocolRule {
    /** Whatever the client would like best. */
    SubprotocolRule FIRST_OFFERED = (offered, request) -> offered.get(0);

    /** The first of these that the client offers; none if it offers others alone. */
    static SubprotocolRule preferring(List<String> supported) {
        if (supported.isEmpty()) {
            throw new IllegalArgumentException("name a subprotocol, such as \"chat-v1\"");
        }
        Set<String> different = new LinkedHashSet<>();
        for (String name : supported) {
            if (!SubprotocolOffer.isToken(name)) {
                throw new IllegalArgumentException("subprotocol \"" + name
                        + "\" cannot stand in an HTTP header: use letters, digits and any of !#$%&'*+-.^_`|~");
            }
            if (!different.add(name)) {
                throw new IllegalArgumentException("subprotocol \"" + name + "\" is named twice");
            }
        }
        return (offered, request) ->
                different.stream().filter(offered::contains).findFirst().orElse(null);
    }

    /**
     * The one the client is answered; null for none. Asked only if the client offers any.
     *
     * @param offered in the client's order of preference
     */
    @Nullable
    String choose(List<String> offered, UpgradeRequest request);
}
