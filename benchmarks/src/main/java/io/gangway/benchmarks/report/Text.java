package io.gangway.benchmarks.report;

import java.util.regex.Pattern;

/** Escapes text for HTML and SVG. */
final class Text {
    private static final Pattern CODE = Pattern.compile("`([^`]*)`");
    private static final Pattern STRONG = Pattern.compile("\\*\\*(.+?)\\*\\*");

    private Text() {}

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Turns Markdown's code and strong marks into HTML. */
    static String marked(String text) {
        String code = CODE.matcher(escaped(text)).replaceAll("<code>$1</code>");
        return STRONG.matcher(code).replaceAll("<strong>$1</strong>");
    }
}
