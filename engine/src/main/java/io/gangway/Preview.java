package io.gangway;

import io.gangway.protocol.Shown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Values made fit to be shown to people: what may be a secret is hidden, long texts and lists are cut, and of binary data only
 * the size is shown.
 *
 * <p>Hidden are entries whose name is one of a secret, such as {@code password} or {@code accessToken}, JSON Web Tokens and
 * bearer tokens in any text, and secrets in the queries of addresses. Nothing can know all secrets: a password that was sent
 * as a plain text under another name is shown.
 */
public final class Preview {
    /** Arguments that are larger, in bytes, are not even decoded. */
    private static final int LARGEST = 65_536;

    private static final int DEEPEST = 16;
    private static final String HIDDEN = "(hidden)";

    /** Its parts are bounded and exclude what follows them, so that matching takes linear time. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]{8,}+(?:\\.[\\w-]*+)*+");

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic) +[\\w~+/.=-]++");
    private static final Pattern PARAMETER = Pattern.compile("([?&;])([^=&;?\\s]{1,64})=([^&;#\\s]++)");

    /** How many characters may still be shown. */
    private int left;

    private Preview(int maxCharacters) {
        this.left = maxCharacters;
    }

    /**
     * {@return the arguments of an event, fit to be shown}
     *
     * @param arguments the arguments
     * @param maxCharacters about how many characters of text are shown of them all
     */
    public static List<@Nullable Object> of(Arguments arguments, int maxCharacters) {
        int bytes = arguments.elements().bytes();
        if (bytes > LARGEST) {
            return List.of("(about " + bytes + " bytes)");
        }
        if (Shown.isSecret(arguments.event())) {
            return arguments.size() == 0 ? List.of() : List.of(HIDDEN);
        }
        return new Preview(maxCharacters).list(arguments.values(), 0);
    }

    /**
     * {@return a value, fit to be shown}
     *
     * @param value a text, number, boolean, map, list or bytes; null is shown as null
     * @param maxCharacters about how many characters of text are shown of it
     */
    public static @Nullable Object of(@Nullable Object value, int maxCharacters) {
        return new Preview(maxCharacters).value(value, 0);
    }

    private @Nullable Object value(@Nullable Object value, int depth) {
        if (value instanceof String text) {
            return text(text);
        }
        if (value instanceof Map<?, ?> map) {
            return depth == DEEPEST ? "(object)" : map(map, depth);
        }
        if (value instanceof List<?> list) {
            return depth == DEEPEST ? "(array)" : list(list, depth);
        }
        left -= 8; // about a number's length
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        return value instanceof byte[] bytes
                ? "(" + bytes.length + " bytes)"
                : "(" + value.getClass().getName() + ")";
    }

    private Map<String, @Nullable Object> map(Map<?, ?> map, int depth) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (left <= 0) {
                shown.put("..", more(map.size() - shown.size()));
                break;
            }
            String name = String.valueOf(entry.getKey());
            shown.put(cut(name), Shown.isSecret(name) ? HIDDEN : value(entry.getValue(), depth + 1));
        }
        return shown;
    }

    private List<@Nullable Object> list(List<?> list, int depth) {
        List<@Nullable Object> shown = new ArrayList<>();
        for (Object element : list) {
            if (left <= 0) {
                shown.add(more(list.size() - shown.size()));
                break;
            }
            shown.add(value(element, depth + 1));
        }
        return shown;
    }

    private static String more(int count) {
        return "(" + count + " more)";
    }

    private String text(String text) {
        String cut = cut(text);
        if (cut.length() < 8) {
            return cut;
        }
        String withoutTokens = TOKEN.matcher(cut).replaceAll(HIDDEN);
        String withoutBearers = BEARER.matcher(withoutTokens).replaceAll("$1 " + HIDDEN);
        return PARAMETER
                .matcher(withoutBearers)
                .replaceAll(match -> Matcher.quoteReplacement(
                        Shown.isSecret(match.group(2))
                                ? match.group(1) + match.group(2) + "=" + HIDDEN
                                : match.group()));
    }

    private String cut(String text) {
        int longest = Math.max(left, 1);
        left -= text.length() + 3;
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "..";
    }
}
