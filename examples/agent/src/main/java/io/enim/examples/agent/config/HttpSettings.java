// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.config;

import io.enim.Cidr;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;
import io.enim.PrintableText;
import io.enim.SettingsException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the agent serves HTTP beside its socket.
 *
 * @param address of this machine alone; port 0 is a free one
 * @param tokenFile the file with the token for what is not open to all users of this machine
 */
public record HttpSettings(InetSocketAddress address, Optional<Path> tokenFile) {
    private static final Pattern ADDRESS = Pattern.compile("(?:\\[([^\\]]+)]|([^:\\[\\]]+)):(\\d{1,5})");
    private static final String RULE = "write 127.0.0.1:PORT or [::1]:PORT";

    public HttpSettings {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw refused(
                    address.toString(), "is not an address of this machine alone, and nothing is served to others");
        }
    }

    /** Empty text: nowhere. */
    static Optional<HttpSettings> of(String text, Optional<Path> tokenFile) {
        return text.isEmpty() ? Optional.empty() : Optional.of(new HttpSettings(parse(text), tokenFile));
    }

    /** No name: {@code localhost} is whatever a file or a server says. */
    private static InetSocketAddress parse(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65535) {
            throw refused(text, "is no address with a port");
        }
        boolean isBracketed = matcher.group(1) != null;
        InetAddress address;
        try {
            address = Cidr.parseAddress(isBracketed ? matcher.group(1) : matcher.group(2));
        } catch (InvalidRequestException e) {
            throw new SettingsException(AgentSetting.HTTP_ADDRESS.key(), message(text, "is no address with a port"), e);
        }
        if (!address.isLoopbackAddress()) {
            throw refused(text, "is not an address of this machine alone, and nothing is served to others");
        }
        return new InetSocketAddress(address, Integer.parseInt(matcher.group(3)));
    }

    private static SettingsException refused(String text, String rule) {
        return new SettingsException(AgentSetting.HTTP_ADDRESS.key(), message(text, rule));
    }

    private static String message(String text, String rule) {
        return "'" + PrintableText.brief(text) + "' " + rule + "; " + RULE;
    }

    /** The address as in a URL, with this port. */
    public String authority(int port) {
        String host = IpLiteral.format(address.getAddress());
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
    }
}
