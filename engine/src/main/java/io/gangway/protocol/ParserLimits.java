package io.gangway.protocol;

/**
 * How far a packet may go before it is refused as malformed.
 *
 * @param attachments binary attachments of one packet
 * @param depth nested arrays and objects of its JSON
 * @param namespaceLength characters of a namespace's name
 * @param eventNameLength characters of an event's name
 */
public record ParserLimits(int attachments, int depth, int namespaceLength, int eventNameLength) {
    /** Node's limit of attachments, Gson's of depth; names as long as anyone has sensibly used. */
    public static final ParserLimits DEFAULT = new ParserLimits(10, 255, 1024, 1024);
}
