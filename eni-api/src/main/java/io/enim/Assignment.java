// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import io.enim.spi.DeviceBaseline;
import io.enim.spi.NamespaceId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One ENI held by one endpoint, as the ledger records it. Immutable.
 *
 * @param phase how far its ADD or DEL has come
 * @param sandbox where the device belongs; empty for an assignment whose device ENIM does not move
 * @param baseline the device's state on the host before it was moved; empty until the device was first seen
 * @param routes the requested routes beyond the default ones
 * @param link how the device is set up in its sandbox
 * @param labels the labels of the request
 * @param since when the ENI was claimed
 * @param reason why the assignment is in this phase, where that needs explanation; empty otherwise
 */
public record Assignment(
        Endpoint endpoint,
        Eni eni,
        Phase phase,
        Optional<Sandbox> sandbox,
        Optional<DeviceBaseline> baseline,
        List<Route> routes,
        LinkOptions link,
        Map<String, String> labels,
        Instant since,
        String reason) {
    /** How far an assignment has come. */
    public enum Phase {
        /** Claimed and recorded; the device is on the host, being moved, or in the sandbox. */
        ADDING,
        /** The ADD was answered. */
        ADDED,
        /** A DEL has begun; the device is in the sandbox, being moved, or on the host. */
        DELETING,
        /** The endpoint has ended, but its device could not be verified clean on the host; GC keeps trying. */
        QUARANTINED
    }

    /**
     * The network namespace of an endpoint.
     *
     * @param path the path given by the runtime
     * @param id its identity, which tells it from a later namespace under the same path
     */
    public record Sandbox(Path path, NamespaceId id) {
        public Sandbox {
            requireNonNull(path, "path");
            requireNonNull(id, "id");
        }
    }

    public Assignment {
        requireNonNull(endpoint, "endpoint");
        requireNonNull(eni, "eni");
        requireNonNull(phase, "phase");
        requireNonNull(sandbox, "sandbox");
        requireNonNull(baseline, "baseline");
        routes = List.copyOf(routes);
        requireNonNull(link, "link");
        labels = Labels.copyOf(labels);
        requireNonNull(since, "since");
        reason = PrintableText.of(reason);
    }

    /** An assignment whose device is set up as usual. */
    public Assignment(
            Endpoint endpoint,
            Eni eni,
            Phase phase,
            Optional<Sandbox> sandbox,
            Optional<DeviceBaseline> baseline,
            List<Route> routes,
            Map<String, String> labels,
            Instant since,
            String reason) {
        this(endpoint, eni, phase, sandbox, baseline, routes, LinkOptions.DEFAULT, labels, since, reason);
    }

    /** The IPv4 address; empty for an IPv6-only ENI. */
    public Optional<IpamAddress> ipv4() {
        return eni.ipv4().map(this::address);
    }

    /** The IPv6 address; empty for an IPv4-only ENI. */
    public Optional<IpamAddress> ipv6() {
        return eni.ipv6().map(this::address);
    }

    /** The same assignment in another phase. */
    public Assignment in(Phase newPhase, String newReason) {
        return new Assignment(endpoint, eni, newPhase, sandbox, baseline, routes, link, labels, since, newReason);
    }

    /** The same assignment with this baseline of its device. */
    public Assignment withBaseline(DeviceBaseline newBaseline) {
        return new Assignment(
                endpoint, eni, phase, sandbox, Optional.of(newBaseline), routes, link, labels, since, reason);
    }

    /**
     * The same assignment with these labels added; a label replaces the one with the same key.
     *
     * @throws InvalidRequestException these are too many labels together
     */
    public Assignment withLabels(Map<String, String> added) {
        Map<String, String> merged = new HashMap<>(labels);
        merged.putAll(added);
        return new Assignment(endpoint, eni, phase, sandbox, baseline, routes, link, merged, since, reason);
    }

    private IpamAddress address(EniAddress address) {
        return new IpamAddress(address.address(), address.subnet(), address.gateway(), eni.mac(), eni.number());
    }
}
