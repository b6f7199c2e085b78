package io.gangway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The namespaces configured so far, and the rules for dynamic ones. Not thread-safe. */
final class NamespaceDefinitions {
    private final Map<String, NamespaceDefinition> named = new LinkedHashMap<>();
    private final List<Dynamic> dynamic = new ArrayList<>();

    private record Dynamic(NamespaceRule rule, NamespaceDefinition definition) {}

    /** The definition of this namespace, which is new or continues. */
    NamespaceDefinition named(String name) {
        if (name.contains(",") || name.contains("?")) {
            throw new IllegalArgumentException("namespace \"" + name
                    + "\" contains a comma or question mark, so no client can join it: choose another name");
        }
        if (name.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new IllegalArgumentException("namespace \"" + name
                    + "\" contains half a surrogate pair, so no client can join it: choose another name");
        }
        String normal = name.startsWith("/") ? name : "/" + name;
        return named.computeIfAbsent(normal, NamespaceDefinition::new);
    }

    /** A new definition, of the dynamic namespaces whose whole name matches. */
    NamespaceDefinition add(Pattern names) {
        Matcher slash = names.matcher("/");
        if (!slash.matches() && !slash.hitEnd()) { // so no name that begins with a slash can match
            throw new IllegalArgumentException("the pattern \"" + names
                    + "\" matches no namespace: names begin with a slash, and the whole name must match, as "
                    + "in \"/chat-\\d+\"");
        }
        return add(names.pattern(), (name, handshake) -> names.matcher(name).matches());
    }

    /** A new definition, of the dynamic namespaces that the rule allows. */
    NamespaceDefinition add(String label, NamespaceRule rule) {
        NamespaceDefinition definition = NamespaceDefinition.dynamic(unused(label));
        dynamic.add(new Dynamic(rule, definition));
        return definition;
    }

    /** The label, with a number if an earlier rule has it: statistics are kept by label. */
    private String unused(String label) {
        String candidate = label;
        for (int number = 2; isLabel(candidate); number++) {
            candidate = label + " " + number;
        }
        return candidate;
    }

    private boolean isLabel(String label) {
        return dynamic.stream().anyMatch(entry -> entry.definition.label().equals(label));
    }

    /** Whether there is such a namespace, or may be. */
    boolean mayExist(String name) {
        return named.containsKey(name) || !dynamic.isEmpty();
    }

    /** @throws IllegalArgumentException if a namespace or an event cannot be reached, or a payload cannot be read */
    void check(NamespaceChecks checks) {
        named.values().forEach(checks::requireReachable);
        dynamic.forEach(entry -> checks.requireReachableEvents(entry.definition));
        named.values().forEach(checks::requireReadable);
        dynamic.forEach(entry -> checks.requireReadable(entry.definition));
    }

    /** The pipelines of the named namespaces, by name. */
    Map<String, Pipeline> pipelines(Surroundings engine) {
        Map<String, Pipeline> pipelines = new LinkedHashMap<>();
        named.forEach((name, definition) -> pipelines.put(name, new Pipeline(engine, definition)));
        return pipelines;
    }

    /** The rules, with the pipelines of the namespaces that they allow. */
    List<Namespaces.Dynamic> rules(Surroundings engine) {
        return dynamic.stream()
                .map(entry -> new Namespaces.Dynamic(entry.rule, new Pipeline(engine, entry.definition)))
                .toList();
    }
}
