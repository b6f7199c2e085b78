package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The subprotocols that a client offers, the best first. Some clients hide a token among them, so nothing here is logged.
 */
final class SubprotocolOffer {
    private static final String DELIMITERS = "\"(),/:;<=>?@[\\]{}";

    private final List<String> offered;

    private SubprotocolOffer(List<String> offered) {
        this.offered = offered;
    }

    /** What all header lines together offer; null if they are malformed, see RFC 6455, section 11.3.4. */
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

    /** RFC 9110, section 5.6.2. */
    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f && DELIMITERS.indexOf(c) < 0);
    }

    /**
     * What the rule makes of the offer; null for none.
     *
     * @throws IllegalStateException if it is none of those offered
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
            throw new IllegalStateException("the chosen subprotocol is none that the client offers");
        }
        return chosen;
    }
}
