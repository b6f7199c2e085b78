package io.gangway.engineio;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request's query, decoded. Immutable.
 *
 * @param parameters the first value of each name
 * @param repeated the names that occur more than once; two readers may choose different values of these
 */
public record Query(Map<String, String> parameters, Set<String> repeated) {
    /** The query without parameters. */
    public static final Query NONE = new Query(Map.of(), Set.of());

    /** Strings in every stock client's query, kept once instead of once per client. */
    private static final Map<String, String> COMMON = List.of("EIO", "4", "transport", "websocket", "polling").stream()
            .collect(Collectors.toUnmodifiableMap(text -> text, text -> text));

    /** Decodes a query; null is none. Returns null if an escape is malformed. */
    public static @Nullable Query parse(@Nullable String encoded) {
        if (encoded == null) {
            return NONE;
        }
        Map<String, String> parameters = new HashMap<>();
        Set<String> repeated = Set.of();
        try {
            for (int begin = 0, end; begin <= encoded.length(); begin = end + 1) {
                end = encoded.indexOf('&', begin);
                end = end < 0 ? encoded.length() : end;
                if (end == begin) {
                    continue;
                }
                int equals = encoded.indexOf('=', begin);
                boolean valued = equals >= 0 && equals < end;
                String name = decode(encoded.substring(begin, valued ? equals : end));
                String value = valued ? decode(encoded.substring(equals + 1, end)) : "";
                if (parameters.putIfAbsent(name, value) != null) {
                    repeated = repeated.isEmpty() ? new HashSet<>() : repeated;
                    repeated.add(name);
                }
            }
        } catch (IllegalArgumentException malformed) {
            return null;
        }
        return new Query(parameters, repeated);
    }

    private static String decode(String encoded) {
        String text = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        return COMMON.getOrDefault(text, text);
    }

    /** The one value of a parameter of the protocol: empty if it is missing or repeated. */
    String one(String name) {
        return repeated.contains(name) ? "" : parameters.getOrDefault(name, "");
    }
}
