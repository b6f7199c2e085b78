package io.gangway.protocol;

import io.gangway.connection.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A plain client's message. An event that begins with its name, as every JavaScript client writes it, is read on a
 * handler thread. Of any other message, only a scan of the whole can tell whether it is an event or an answer: I/O
 * threads scan short ones, and a long one {@linkplain #mayBeAck may be an ack} until a handler thread has read it. So may
 * any message in a format of the application. Confined to one thread at a time, except {@link #readType}.
 */
final class PlainPacket implements ReceivedPacket {
    private static final String FIRST_NAME = "{\"event\":";

    /** The most characters that an I/O thread scans, about as many as a header may have. */
    private static final int SHORT = 1024;

    private static final List<String> NAMES = List.of("event", "data", "id", "args", "error");
    private static final int EVENT = 0;
    private static final int DATA = 1;
    private static final int ID = 2;
    private static final int ARGS = 3;
    private static final int ERROR = 4;

    /** The names of the messages that only this side sends, besides those that Socket.IO reserves. */
    private static final Set<String> RESERVED = Set.of("exception");

    /** JavaScript's Number.MAX_SAFE_INTEGER. */
    private static final long MAX_ID = (1L << 53) - 1;

    private static final int MOST_DIGITS = 16;

    private final JsonBinding binding;
    private final boolean mayBeAck;

    /** Makes the standard form of the text; null once it has that form. */
    private @Nullable UnaryOperator<String> reading;

    private String text;
    private int @Nullable [] members;
    private long id = PacketCodec.NO_ACK;

    private PlainPacket(JsonBinding binding, String text, @Nullable UnaryOperator<String> reading, boolean mayBeAck) {
        this.binding = binding;
        this.text = text;
        this.reading = reading;
        this.mayBeAck = mayBeAck;
    }

    /** @param reading makes the standard form of the message; null if it is the standard form */
    static PlainPacket of(JsonBinding binding, String text, @Nullable UnaryOperator<String> reading)
            throws MalformedPacketException {
        boolean isEvent = reading == null && text.startsWith(FIRST_NAME);
        boolean isScannedNow = reading == null && !isEvent && text.length() <= SHORT;
        PlainPacket packet = new PlainPacket(binding, text, reading, !isEvent && !isScannedNow);
        if (isScannedNow) {
            packet.scan();
        }
        return packet;
    }

    private int[] scan() throws MalformedPacketException {
        int[] found = members;
        if (found == null) {
            if (reading != null) {
                text = standard(reading, text);
                reading = null;
            }
            found = StrictScan.members(text, binding.limits().depth(), NAMES);
            members = found;
            id = id(found);
        }
        return found;
    }

    private static String standard(UnaryOperator<String> reading, String message) throws MalformedPacketException {
        try {
            return reading.apply(message);
        } catch (RuntimeException unreadable) {
            throw MalformedPacketException.forbidden("the message does not have this route's format");
        }
    }

    private long id(int[] found) throws MalformedPacketException {
        boolean event = found[2 * EVENT] >= 0;
        if (found[2 * ID] < 0) {
            if (!event) {
                throw MalformedPacketException.forbidden("the message has neither \"event\" nor \"id\"");
            }
            return PacketCodec.NO_ACK;
        }
        long number = wholeNumber(found[2 * ID], found[2 * ID + 1]);
        if (number < 0 || number > MAX_ID) {
            throw MalformedPacketException.forbidden("\"id\" is not a whole number from 0 to 2^53 - 1");
        }
        if (found[2 * ERROR] >= 0) {
            throw MalformedPacketException.forbidden("only the server answers with \"error\"");
        }
        return number;
    }

    /** -1 if something else than digits stands there, or too many. */
    private long wholeNumber(int begin, int end) {
        if (end - begin > MOST_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = begin; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    private String json(int[] found, int member) {
        return text.substring(found[2 * member], found[2 * member + 1]);
    }

    @Override
    public Type type() {
        int[] found = members;
        return found == null || found[2 * EVENT] >= 0 ? Type.EVENT : Type.ACK;
    }

    @Override
    public boolean mayBeAck() {
        return mayBeAck;
    }

    @Override
    public Type readType() throws MalformedPacketException {
        if (mayBeAck) {
            scanOnce();
        }
        return type();
    }

    /** An awaited ack is looked for beside the mailbox, in which the packet waits as well. */
    private synchronized void scanOnce() throws MalformedPacketException {
        int[] unused = scan();
    }

    /** Empty: the client's route decides. */
    @Override
    public String namespace() {
        return "";
    }

    /** Unless an I/O thread has scanned the message, known only after {@link #readType} or {@link #event}. */
    @Override
    public long ackId() {
        return id;
    }

    @Override
    public @Nullable PacketReader rest() {
        return null;
    }

    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public int size() {
        return (int) Math.min(Account.bytesOf(text), Integer.MAX_VALUE);
    }

    @Override
    public long decodedSize() {
        return Decoded.sizeOf(text, 0);
    }

    /** It is complete already, so nothing of it is counted any more. */
    @Override
    public ReceivedPacket dropped() {
        return this;
    }

    @Override
    public Map<String, Object> auth() throws MalformedPacketException {
        throw new MalformedPacketException("a plain client's handshake is its CONNECT");
    }

    @Override
    public Elements event() throws MalformedPacketException {
        int[] found = scan();
        if (text.charAt(found[2 * EVENT]) != '"') {
            throw MalformedPacketException.forbidden("\"event\" is not a string");
        }
        Elements elements = elements(true, found);
        String name = String.valueOf(elements.value(0));
        if (name.length() > binding.limits().eventNameLength()) {
            throw MalformedPacketException.forbidden(
                    "the event's name is longer than " + binding.limits().eventNameLength() + " characters");
        }
        if (EventNames.isReserved(name) || RESERVED.contains(name)) {
            throw MalformedPacketException.forbidden("the event's name is reserved");
        }
        return elements;
    }

    @Override
    public Elements ack() throws MalformedPacketException {
        return elements(false, scan());
    }

    /** The name, if wanted, and the values. */
    private Elements elements(boolean named, int[] found) throws MalformedPacketException {
        boolean several = several(found);
        int data = found[2 * DATA];
        if (several && (data < 0 || text.charAt(data) != '[')) {
            throw MalformedPacketException.forbidden("\"args\" is true, but \"data\" is not an array");
        }
        if (data >= 0 && PlainBinary.isIn(text)) {
            return withBinary(named ? json(found, EVENT) : null, json(found, DATA), several);
        }
        if (several) {
            String array = json(found, DATA);
            return binding.array(named ? withFirst(json(found, EVENT), array) : array, 0, List.of());
        }
        int[] bounds = new int[(named ? 2 : 0) + (data < 0 ? 0 : 2)];
        if (named) {
            System.arraycopy(found, 2 * EVENT, bounds, 0, 2);
        }
        if (data >= 0) {
            System.arraycopy(found, 2 * DATA, bounds, bounds.length - 2, 2);
        }
        return JsonElements.in(binding, text, bounds);
    }

    private static String withFirst(String element, String array) {
        String others = array.substring(1, array.length() - 1).strip();
        return '[' + element + (others.isEmpty() ? "" : "," + others) + ']';
    }

    private Elements withBinary(@Nullable String name, String data, boolean several) throws MalformedPacketException {
        Object value = PlainBinary.read(data, binding.limits().depth());
        List<@Nullable Object> values = new ArrayList<>();
        if (name != null) {
            values.add(binding.array('[' + name + ']', 0, List.of()).value(0));
        }
        if (several && value instanceof List<?> list) {
            values.addAll(list);
        } else {
            values.add(value);
        }
        Elements elements = binding.elements(values);
        int limit = binding.limits().attachments();
        if (elements.attachments().size() > limit) {
            throw MalformedPacketException.forbidden("more than " + limit + " pieces of binary data in one message");
        }
        return elements;
    }

    private boolean several(int[] found) throws MalformedPacketException {
        String args = found[2 * ARGS] < 0 ? "false" : json(found, ARGS);
        if (!args.equals("true") && !args.equals("false")) {
            throw MalformedPacketException.forbidden("\"args\" is neither true nor false");
        }
        return args.equals("true");
    }

    @Override
    public String toString() {
        return "plain message of " + text.length() + " characters"; // not the text: logs show no payload
    }
}
