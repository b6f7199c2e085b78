package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The subprotocols that a client offers, in order of preference. Some clients pass a token among them, so they are
 * never logged.
 */
final class SubprotocolOffer {
    private static final String DELIMITERS = "\"(),/:;<=>?@[\\]{}";

    private final List<String> offered;

    private SubprotocolOffer(List<String> offered) {
        this.offered = offered;
    }

    /** The subprotocols in all header lines together; null if one is malformed: RFC 6455, section 11.3.4. */
    static @Nullable SubprotocolOffer in(HttpFields headers) {
        List<String> offered = new ArrayList<>(0);
        boolean empty = false;
        for (String line : headers.getValuesList(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL)) {
            int before = offered.size();
            for (String element : line.split(",", -1)) {
                String name = element.strip();
                if (!name.isEmpty() && (!isToken(name) || offered.contains(name))) {
                    return null;
                } else if (!name.isEmpty()) { // RFC 9110, section 5.6.1.2: empty elements do not count
                    offered.add(name);
                }
            }
            empty |= offered.size() == before;
        }
        return empty ? null : new SubprotocolOffer(offered);
    }

    List<String> names() {
        return offered;
    }

    /** RFC 9110, section 5.6.2. */
    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f && DELIMITERS.indexOf(c) < 0);
    }

    /**
     * The subprotocol that the rule chooses; null for none.
     *
     * @throws IllegalStateException if the choice is not among those offered
     */
    @Nullable
    String chosenBy(SubprotocolRule rule, Supplier<UpgradeRequest> request) {
        if (offered.isEmpty()) {
            return null;
        }
        if (rule == SubprotocolRule.FIRST_OFFERED) {
            return offered.get(0);
        }
        String chosen = rule.choose(List.copyOf(offered), request.get());
        if (chosen != null && !offered.contains(chosen)) {
            throw new IllegalStateException("the application chose a subprotocol that the client does not offer; "
                    + "choose one of those offered, or null");
        }
        return chosen;
    }
}
