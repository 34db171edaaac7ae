// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.Cidr;
import io.enim.EniException;
import io.enim.HostLink;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code hostLink} of a network configuration: {@code serviceCidrs} and {@code nodeCidrs}, in place of the agent's. */
final class HostLinkConfig {
    static final String KEY = "hostLink";
    private static final String SERVICES = "serviceCidrs";
    private static final String NODES = "nodeCidrs";

    private HostLinkConfig() {}

    /**
     * The host link; an empty object turns it off.
     *
     * @throws CniException of code 7
     */
    static Optional<HostLink> of(JsonFields config, Optional<HostLink> ofNode) {
        Optional<JsonFields> section = config.object(KEY);
        return section.isPresent() ? read(section.get()) : ofNode;
    }

    private static Optional<HostLink> read(JsonFields section) {
        section.requireOnly(Set.of(SERVICES, NODES));
        try {
            List<Cidr> services =
                    section.texts(SERVICES).stream().map(Cidr::parse).toList();
            List<Cidr> nodes = section.texts(NODES).stream().map(Cidr::parse).toList();
            return services.isEmpty() && nodes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new HostLink(services, nodes));
        } catch (EniException e) {
            String rule = "write it as hostLink: {serviceCidrs: [10.96.0.0/12], nodeCidrs: [10.0.0.5/32]}";
            throw CniException.configuration(KEY + ": " + e.getMessage(), rule);
        }
    }
}
