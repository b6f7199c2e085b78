package io.gangway;

import io.gangway.net.IpAddress;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a single address is a range too. Never
 * looks up names in DNS. Immutable.
 *
 * <p>An IPv4-mapped address ({@code ::ffff:10.0.0.1}) is the IPv4 address, and a zone ({@code %eth0}) is ignored.
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
     * Parses a range.
     *
     * @param text the range, such as {@code 10.0.0.0/8}
     * @return the range
     * @throws IllegalArgumentException if the address or the prefix length is invalid
     */
    public static AddressRange of(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        IpAddress address = IpAddress.parse(literal);
        if (address == null) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not an IP address or range; write it like 10.0.0.0/8 or ::1");
        }
        if (slash < 0) {
            return new AddressRange(text, address, address.bits());
        }
        // The prefix of ::ffff:10.0.0.0/104 also counts the 96 bits in front of 10.0.0.0.
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

    /**
     * {@return whether this literal address is in the range; false if it is not an address}
     *
     * @param literal an IP address
     */
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
