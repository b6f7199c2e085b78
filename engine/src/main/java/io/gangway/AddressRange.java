package io.gangway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** A range of IP addresses, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a single address is one too. Immutable. */
public final class AddressRange {
    // Nothing else goes to InetAddress, which would look a name up.
    private static final Pattern LITERAL = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

    private final String text;
    private final byte[] address;
    private final int prefix;

    private AddressRange(String text, byte[] address, int prefix) {
        this.text = text;
        this.address = address;
        this.prefix = prefix;
    }

    /**
     * Reads a range.
     *
     * @throws IllegalArgumentException naming what is no address, or no length of a prefix
     */
    public static AddressRange of(String text) {
        int slash = text.indexOf('/');
        byte[] address = parse(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + text + "\" is no IP address or range of them, such as 10.0.0.0/8 or ::1"));
        int bits = address.length * 8;
        try {
            int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            if (prefix < 0 || prefix > bits) {
                throw new NumberFormatException();
            }
            return new AddressRange(text, address, prefix);
        } catch (NumberFormatException noPrefix) {
            throw new IllegalArgumentException(
                    "\"" + text + "\": behind the slash stands how many bits count, 0 to " + bits, noPrefix);
        }
    }

    /** Whether this literal address lies in the range; false for what is none. */
    public boolean contains(String literal) {
        return parse(literal).filter(this::contains).isPresent();
    }

    static boolean isAddress(String literal) {
        return parse(literal).isPresent();
    }

    private boolean contains(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (address[i] != other[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        int mask = 0xff << (8 - rest);
        return rest == 0 || ((address[whole] ^ other[whole]) & mask & 0xff) == 0;
    }

    private static Optional<byte[]> parse(String literal) {
        String bare =
                literal.startsWith("[") && literal.endsWith("]") ? literal.substring(1, literal.length() - 1) : literal;
        int zone = bare.indexOf('%');
        bare = zone < 0 ? bare : bare.substring(0, zone);
        if (!LITERAL.matcher(bare).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(bare).getAddress());
        } catch (UnknownHostException noAddress) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
