// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.host;

import io.enim.Cidr;
import io.enim.HostLink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a host has to have so that host links work, and does not have. Changes nothing: forwarding is the host's decision.
 * Safe for concurrent use; blocks on the kernel's files.
 *
 * @param settings {@code /proc/sys/net}
 * @param addresses the host's addresses
 */
public record HostLinkNeeds(Path settings, Supplier<Stream<InetAddress>> addresses) {
    /** Of the calling thread's network namespace. */
    public static HostLinkNeeds ofThisHost() {
        return new HostLinkNeeds(Path.of("/proc/sys/net"), HostLinkNeeds::ownAddresses);
    }

    private static Stream<InetAddress> ownAddresses() {
        try {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses);
        } catch (IOException e) {
            return Stream.empty(); // A host without any interface, as its kernel says.
        }
    }

    /** What is missing, each with its remedy; empty when nothing is. */
    public List<String> missing(HostLink link) {
        List<String> missing = new ArrayList<>();
        if (link.serves(true)) {
            requireForwarding("ipv4/ip_forward", "net.ipv4.ip_forward", missing);
            requireNodeNetwork(true, link, missing);
        }
        if (link.serves(false)) {
            requireForwarding("ipv6/conf/all/forwarding", "net.ipv6.conf.all.forwarding", missing);
            requireNodeNetwork(false, link, missing);
        }
        return missing;
    }

    private void requireForwarding(String file, String name, List<String> missing) {
        try {
            if (Files.readString(settings.resolve(file)).strip().equals("0")) {
                missing.add(name + " is 0: a service that leads to another pod or node is not reached by host links;"
                        + " set it to 1");
            }
        } catch (IOException e) {
            missing.add(name + " cannot be read (" + e + "); host links need it to be 1");
        }
    }

    /** A pod answers what the host sends it by its host link only where the host's address lies in one of its networks. */
    private void requireNodeNetwork(boolean ipv4, HostLink link, List<String> missing) {
        List<Cidr> ofFamily = link.nodeNetworks().stream()
                .filter(network -> network.isIpv4() == ipv4)
                .toList();
        boolean isServed = addresses
                .get()
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .anyMatch(address -> ofFamily.stream().anyMatch(network -> network.contains(address)));
        if (!isServed) {
            missing.add(
                    "no " + (ipv4 ? "IPv4" : "IPv6") + " address of this host is in agent.host-link.node-cidrs: pods"
                            + " answer its probes, and what it masquerades, by their ENI instead of their host link; add the"
                            + " node's address");
        }
    }
}
