package io.gangway.net;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An IP address. Parses literals only, so that text sent by a client is never looked up in DNS. Immutable.
 *
 * <p>Each address has one canonical form: IPv4-mapped IPv6 ({@code ::ffff:192.0.2.1}) becomes IPv4, a zone ({@code
 * %eth0}) is dropped, and the text is that of RFC 5952 ({@code 2001:db8::1}).
 */
public final class IpAddress {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int GROUPS = IPV6_BYTES / 2;

    private final byte[] bytes;

    private IpAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The address with these bytes, in network order.
     *
     * @throws IllegalArgumentException if the array has neither 4 nor 16 bytes
     */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length != IPV4_BYTES && bytes.length != IPV6_BYTES) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length);
        }
        return new IpAddress(
                isMapped(bytes) ? Arrays.copyOfRange(bytes, IPV6_BYTES - IPV4_BYTES, IPV6_BYTES) : bytes.clone());
    }

    private static boolean isMapped(byte[] bytes) {
        if (bytes.length != IPV6_BYTES || bytes[10] != -1 || bytes[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Parses a literal; null if the text is not one. IPv4 is four decimal numbers without leading zeros, which some
     * parsers read as octal; IPv6 follows RFC 4291, optionally in brackets, and a zone is ignored.
     */
    public static @Nullable IpAddress parse(String literal) {
        int length = literal.length();
        boolean bracketed = length > 1 && literal.charAt(0) == '[' && literal.charAt(length - 1) == ']';
        if (!bracketed && literal.indexOf(':') < 0) {
            byte[] bytes = new byte[IPV4_BYTES];
            return readIpv4(literal, 0, length, bytes, 0) ? new IpAddress(bytes) : null;
        }
        int begin = bracketed ? 1 : 0;
        int end = bracketed ? length - 1 : length;
        int zone = literal.indexOf('%');
        if (zone >= 0) {
            if (!isZone(literal, zone + 1, end)) {
                return null;
            }
            end = zone;
        }
        byte[] bytes = readIpv6(literal, begin, end);
        return bytes == null ? null : of(bytes);
    }

    private static boolean isZone(String text, int begin, int end) {
        boolean zone = begin < end;
        for (int i = begin; i < end && zone; i++) {
            char c = text.charAt(i);
            zone = c < 0x7f && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
        }
        return zone;
    }

    private static boolean readIpv4(String text, int begin, int end, byte[] bytes, int at) {
        int number = -1;
        int count = 0;
        for (int i = begin; i <= end; i++) {
            char c = i < end ? text.charAt(i) : '.';
            if (c == '.' && number >= 0 && count < IPV4_BYTES) {
                bytes[at + count++] = (byte) number;
                number = -1;
            } else if (c >= '0' && c <= '9' && number != 0 && number <= 25) {
                number = Math.max(number, 0) * 10 + c - '0';
                if (number > 255) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return count == IPV4_BYTES;
    }

    private static byte @Nullable [] readIpv6(String text, int begin, int end) {
        byte[] bytes = new byte[IPV6_BYTES];
        int filled = 0;
        int gap = -1;
        int i = begin;
        if (text.startsWith("::", begin)) {
            gap = 0;
            i += 2;
        }
        while (i < end) {
            int groupEnd = i;
            while (groupEnd < end && text.charAt(groupEnd) != ':') {
                groupEnd++;
            }
            if (groupEnd == end && text.substring(i, end).contains(".")) {
                if (filled > IPV6_BYTES - IPV4_BYTES || !readIpv4(text, i, end, bytes, filled)) {
                    return null;
                }
                filled += IPV4_BYTES;
                break;
            }
            int group = readGroup(text, i, groupEnd);
            if (group < 0 || filled == IPV6_BYTES) {
                return null;
            }
            bytes[filled++] = (byte) (group >> 8);
            bytes[filled++] = (byte) group;
            i = groupEnd + 1;
            if (groupEnd < end && i < end && text.charAt(i) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = filled;
                i++;
            } else if (i == end) {
                return null; // ends with one colon
            }
        }
        return spread(bytes, filled, gap);
    }

    private static int readGroup(String text, int begin, int end) {
        int group = begin == end || end - begin > 4 ? -1 : 0;
        for (int i = begin; i < end && group >= 0; i++) {
            int digit = text.charAt(i) < 0x7f ? Character.digit(text.charAt(i), 16) : -1;
            group = digit < 0 ? -1 : group * 16 + digit;
        }
        return group;
    }

    /** Inserts the zeros that {@code ::} stands for. */
    private static byte @Nullable [] spread(byte[] bytes, int filled, int gap) {
        if (gap < 0) {
            return filled == IPV6_BYTES ? bytes : null;
        }
        int zeros = IPV6_BYTES - filled;
        if (zeros == 0) {
            return null; // "::" must stand for at least one group
        }
        System.arraycopy(bytes, gap, bytes, gap + zeros, filled - gap);
        Arrays.fill(bytes, gap, gap + zeros, (byte) 0);
        return bytes;
    }

    /** The length of the address in bits, 32 or 128. */
    public int bits() {
        return bytes.length * 8;
    }

    /** Whether both addresses are of the same IP version and have the same first {@code prefix} bits. */
    public boolean shares(IpAddress other, int prefix) {
        if (other.bytes.length != bytes.length) {
            return false;
        }
        int whole = prefix / 8;
        int rest = prefix % 8;
        return Arrays.equals(bytes, 0, whole, other.bytes, 0, whole)
                && (rest == 0 || ((bytes[whole] ^ other.bytes[whole]) & 0xff) >> (8 - rest) == 0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress address && Arrays.equals(bytes, address.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The canonical text. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(39);
        if (bytes.length == IPV4_BYTES) {
            for (int i = 0; i < IPV4_BYTES; i++) {
                text.append(i == 0 ? "" : ".").append(bytes[i] & 0xff);
            }
            return text.toString();
        }
        int gap = 0;
        int gapLength = 1; // RFC 5952: a single zero group is not shortened
        for (int i = 0; i < GROUPS; i++) {
            int zeros = 0;
            while (i + zeros < GROUPS && group(i + zeros) == 0) {
                zeros++;
            }
            if (zeros > gapLength) {
                gap = i;
                gapLength = zeros;
            }
            i += zeros;
        }
        for (int i = 0; i < GROUPS; i++) {
            if (gapLength > 1 && i == gap) {
                text.append("::");
                i += gapLength - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        return ((bytes[2 * index] & 0xff) << 8) | (bytes[2 * index + 1] & 0xff);
    }
}
