package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the subprotocol of a WebSocket: RFC 6455, section 4.2.2. Must not block. */
@FunctionalInterface
public interface SubprotocolRule {
    /** Chooses the client's first. */
    SubprotocolRule FIRST_OFFERED = (offered, request) -> offered.get(0);

    /** Chooses the first of these that the client offers; none if it offers only others. */
    static SubprotocolRule preferring(List<String> supported) {
        if (supported.isEmpty()) {
            throw new IllegalArgumentException("no subprotocol given: name at least one, such as \"chat-v1\"");
        }
        Set<String> different = new LinkedHashSet<>();
        for (String name : supported) {
            if (!SubprotocolOffer.isToken(name)) {
                throw new IllegalArgumentException("subprotocol \"" + name
                        + "\" is not valid in an HTTP header: use letters, digits and any of !#$%&'*+-.^_`|~");
            }
            if (!different.add(name)) {
                throw new IllegalArgumentException("subprotocol \"" + name + "\" is given twice: name each once");
            }
        }
        return (offered, request) ->
                different.stream().filter(offered::contains).findFirst().orElse(null);
    }

    /**
     * Returns the subprotocol for the response; null for none. Called only if the client offers any.
     *
     * @param offered in the client's order of preference
     */
    @Nullable
    String choose(List<String> offered, UpgradeRequest request);
}
