// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * IP addresses as text. The one place that writes them: IPv4 with dots, IPv6 as RFC 5952 recommends ({@code fd80::5}).
 * Reading never asks a resolver.
 */
public final class IpLiteral {
    static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    private static final int LONGEST = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length();
    private static final Pattern ZEROS = Pattern.compile("(?:^|:)(0(?::0)+)(?::|$)");
    private static final String IPV4_MAPPED = "0:0:0:0:0:ffff:";

    private IpLiteral() {}

    /**
     * The canonical text of an address (RFC 5952): lower case, no leading zeros, {@code ::} for the longest run of two or
     * more zero groups, for the first of several equally long ones. An IPv4-mapped address ends in dotted decimal; a scope
     * is kept.
     */
    public static String format(InetAddress address) {
        String text = address.getHostAddress();
        if (address instanceof Inet4Address) {
            return text;
        }
        // Java writes eight groups without leading zeros, and the scope after a percent sign.
        int end = text.indexOf('%') < 0 ? text.length() : text.indexOf('%');
        return shorten(text.substring(0, end), address.getAddress()) + text.substring(end);
    }

    private static String shorten(String groups, byte[] octets) {
        if (groups.startsWith(IPV4_MAPPED)) {
            return "::ffff:" + (octets[12] & 0xff) + "." + (octets[13] & 0xff) + "." + (octets[14] & 0xff) + "."
                    + (octets[15] & 0xff);
        }
        return ZEROS.matcher(groups)
                .results()
                .reduce((first, next) -> next.group(1).length() > first.group(1).length() ? next : first)
                .map(run -> groups.substring(0, run.start()) + "::" + groups.substring(run.end()))
                .orElse(groups);
    }

    static InetAddress parse(String field, String text) {
        // First of all: a tenant may write any text where an address is expected.
        if (text.length() > LONGEST) {
            throw malformed(field, text);
        }
        boolean ipv4 = IPV4.matcher(text).matches();
        InetAddress address = ipv4 ? byName(text) : byOctets(field, text);
        if (!ipv4 && address instanceof Inet4Address) {
            throw new InvalidRequestException(
                    field, text, "an IPv4 address inside an IPv6 one is ambiguous; write the IPv4 address");
        }
        return address;
    }

    private static InetAddress byName(String ipv4) {
        try {
            return InetAddress.getByName(ipv4);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four numbers up to 255 are an address: " + ipv4, e);
        }
    }

    private static InetAddress byOctets(String field, String text) {
        try {
            return InetAddress.getByAddress(Ipv6Text.parse(text).orElseThrow(() -> malformed(field, text)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 octets are an address: " + text, e);
        }
    }

    private static InvalidRequestException malformed(String field, String text) {
        String rule = "expected an address like 10.0.3.7 or 2001:db8::7; names and scopes are not resolved";
        return new InvalidRequestException(field, text, rule);
    }
}
