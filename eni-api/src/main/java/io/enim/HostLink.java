// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A second link of an endpoint, to the host: a pair of devices, one end in the sandbox and one on the host. Packets to these
 * networks leave by it, with the endpoint's own address as their source; everything else leaves by the ENI, past the host.
 * Immutable.
 *
 * <p>A network must be answered by the host, or be one whose packets the host masquerades: what the host forwards with the
 * endpoint's address as the source, clouds drop.
 *
 * @param serviceNetworks networks of addresses that the host translates, like a cluster's service addresses
 * @param nodeNetworks networks of the host's own addresses: those that it probes endpoints from, and that node-local servers
 *     listen on
 */
public record HostLink(List<Cidr> serviceNetworks, List<Cidr> nodeNetworks) {
    private static final int MAX_NETWORKS = 64;

    public HostLink {
        serviceNetworks = List.copyOf(serviceNetworks);
        nodeNetworks = List.copyOf(nodeNetworks);
        requireDistinct(
                Stream.concat(serviceNetworks.stream(), nodeNetworks.stream()).toList());
    }

    private static void requireDistinct(List<Cidr> networks) {
        if (networks.isEmpty() || networks.size() > MAX_NETWORKS) {
            String rule = "a host link serves 1 to " + MAX_NETWORKS + " networks; leave it out for none";
            throw new InvalidRequestException("host link", networks.size() + " networks", rule);
        }
        List<Cidr> seen = new ArrayList<>();
        for (Cidr network : networks) {
            if (network.prefixLength() == 0) {
                String rule = "the default route is the ENI's; name the networks that the host answers for";
                throw new InvalidRequestException("host link", network.toString(), rule);
            }
            seen.stream().filter(other -> overlap(network, other)).findFirst().ifPresent(other -> {
                String rule = "it overlaps " + other + "; name one of them";
                throw new InvalidRequestException("host link", network.toString(), rule);
            });
            seen.add(network);
        }
    }

    private static boolean overlap(Cidr one, Cidr other) {
        return one.contains(other.network()) || other.contains(one.network());
    }

    /** All its networks, service networks first. */
    public List<Cidr> networks() {
        return Stream.concat(serviceNetworks.stream(), nodeNetworks.stream()).toList();
    }

    /** Whether it serves networks of this family. */
    public boolean serves(boolean ipv4) {
        return networks().stream().anyMatch(network -> network.isIpv4() == ipv4);
    }
}
