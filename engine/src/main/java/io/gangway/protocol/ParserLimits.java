package io.gangway.protocol;

/**
 * The limits beyond which a packet is refused as malformed.
 *
 * @param attachments the maximum number of a packet's attachments
 * @param depth the maximum nesting of arrays and objects in its JSON
 * @param namespaceLength the maximum length of a namespace's name
 * @param eventNameLength the maximum length of an event's name
 */
public record ParserLimits(int attachments, int depth, int namespaceLength, int eventNameLength) {
    /** Node's limit of attachments, Gson's of depth, and names far longer than those in use. */
    public static final ParserLimits DEFAULT = new ParserLimits(10, 255, 1024, 1024);
}
