package io.enim;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * IP addresses as text. The one place that writes them: IPv4 with dots, IPv6 as RFC 5952 recommends ({@code fd80::5}).
 * Reading never asks a resolver.
 */
public final class IpLiteral {
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private static final int GROUPS = 8;

    private IpLiteral() {}

    /**
     * The canonical text of an address (RFC 5952): lower case, no leading zeros, {@code ::} for the longest run of two or
     * more zero groups, for the first of several equally long ones. An IPv4-mapped address ends in dotted decimal; a scope
     * is kept.
     */
    public static String format(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == 4) {
            return address.getHostAddress();
        }
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (octets[2 * i] & 0xff) << 8 | octets[2 * i + 1] & 0xff;
        }
        boolean mapped = isIpv4Mapped(groups);
        StringBuilder text = new StringBuilder(39);
        appendGroups(text, groups, mapped ? 6 : GROUPS);
        if (mapped) {
            for (int i = 12; i < octets.length; i++) {
                text.append(i == 12 ? ':' : '.').append(octets[i] & 0xff);
            }
        }
        String withScope = address.getHostAddress();
        int scope = withScope.indexOf('%');
        return scope < 0 ? text.toString() : text + withScope.substring(scope);
    }

    private static boolean isIpv4Mapped(int[] groups) {
        for (int i = 0; i < 5; i++) {
            if (groups[i] != 0) {
                return false;
            }
        }
        return groups[5] == 0xffff;
    }

    private static void appendGroups(StringBuilder text, int[] groups, int count) {
        int zeros = longestZeroRun(groups, count);
        for (int i = 0; i < count; i++) {
            if (i == zeros) {
                text.append("::");
                i = endOfZeros(groups, i, count) - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
    }

    /** Where the longest run of zero groups begins, the first of several; -1 when none has two groups. */
    private static int longestZeroRun(int[] groups, int count) {
        int start = -1;
        int longest = 1;
        for (int i = 0; i < count; i++) {
            int length = endOfZeros(groups, i, count) - i;
            if (length > longest) {
                start = i;
                longest = length;
            }
        }
        return start;
    }

    private static int endOfZeros(int[] groups, int from, int count) {
        int end = from;
        while (end < count && groups[end] == 0) {
            end++;
        }
        return end;
    }

    static InetAddress parse(String field, String text) {
        boolean ipv4 = IPV4.matcher(text).matches();
        if (!ipv4 && !IPV6_CHARACTERS.matcher(text).matches()) {
            throw malformed(field, text, null);
        }
        try {
            // A text with a colon is read as a literal or refused; only names reach the resolver.
            InetAddress address = InetAddress.getByName(text);
            if (!ipv4 && address instanceof Inet4Address) {
                throw new InvalidRequestException(
                        field, text, "an IPv4 address inside an IPv6 one is ambiguous; write the IPv4 address");
            }
            return address;
        } catch (UnknownHostException e) {
            throw malformed(field, text, e);
        }
    }

    private static InvalidRequestException malformed(String field, String text, @Nullable UnknownHostException cause) {
        return new InvalidRequestException(
                field,
                text,
                "expected an address like 10.0.3.7 or 2001:db8::7; names and scopes are not resolved",
                cause);
    }
}
