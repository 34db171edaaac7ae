package io.enim;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads IP addresses written as literals, and never asks a resolver. */
final class IpLiteral {
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private IpLiteral() {}

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
