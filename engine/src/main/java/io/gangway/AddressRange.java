package io.gangway;

import io.gangway.net.IpAddress;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a single address is one too. Nothing is ever
 * looked up in DNS. Immutable.
 *
 * <p>An IPv4-mapped address ({@code ::ffff:10.0.0.1}) is the IPv4 address, and a zone ({@code %eth0}) does not count.
 */
public final class AddressRange {
    private static final int MAPPED_BITS = 96;

    private final String text;
    private final IpAddress address;
    private final int prefix;

    private AddressRange(String text, IpAddress address, int prefix) {
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
        String literal = slash < 0 ? text : text.substring(0, slash);
        IpAddress address = IpAddress.parse(literal);
        if (address == null) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no IP address or range of them, such as 10.0.0.0/8 or ::1");
        }
        if (slash < 0) {
            return new AddressRange(text, address, address.bits());
        }
        // The prefix of ::ffff:10.0.0.0/104 counts the bits that are not in 10.0.0.0.
        int left = literal.indexOf(':') >= 0 && address.bits() < 128 ? MAPPED_BITS : 0;
        int prefix = prefix(text.substring(slash + 1)) - left;
        if (prefix < 0 || prefix > address.bits()) {
            throw new IllegalArgumentException("\"" + text + "\": behind the slash stands how many bits count, " + left
                    + " to " + (left + address.bits()));
        }
        return new AddressRange(text, address, prefix);
    }

    private static int prefix(String digits) {
        return digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
    }

    /** Whether this literal address lies in the range; false for what is none. */
    public boolean contains(String literal) {
        IpAddress other = IpAddress.parse(literal);
        return other != null && contains(other);
    }

    boolean contains(IpAddress other) {
        return address.shares(other, prefix);
    }

    @Override
    public String toString() {
        return text;
    }
}
