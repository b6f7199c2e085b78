package io.gangway.protocol;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a JSON document. Immutable.
 *
 * @param steps from the outermost to the innermost
 * @param isAtKey whether the path means a key of the map at that place, not the map itself
 */
record Path(List<Step> steps, boolean isAtKey) {
    /**
     * One step inwards.
     *
     * @param name the name in an object; null in an array
     * @param index the index in an array
     */
    record Step(@Nullable String name, int index) {}

    private static final int LONGEST_KEY = 40;
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$-]*");
    private static final Pattern PLAIN_KEY = Pattern.compile("[\\p{L}\\p{N}_$-]+");

    Path {
        steps = List.copyOf(steps);
    }

    /** Appends a field's name to a path. */
    static String join(String path, String name) {
        if (!PLAIN.matcher(name).matches() || name.length() > LONGEST_KEY) {
            return path + key(name);
        }
        return path.isEmpty() ? name : path + "." + name;
    }

    /** A map's key in brackets. */
    static String key(String name) {
        boolean plain = PLAIN_KEY.matcher(name).matches() && name.length() <= LONGEST_KEY;
        return "[" + (plain ? name : Shown.quoted(name, LONGEST_KEY)) + "]";
    }
}
