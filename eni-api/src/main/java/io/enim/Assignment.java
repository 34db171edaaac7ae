package io.enim;

import static java.util.Objects.requireNonNull;

import io.enim.spi.DeviceBaseline;
import io.enim.spi.NamespaceId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One ENI held by one endpoint, as the ledger has it.
 *
 * @param endpoint who holds it
 * @param eni what is held
 * @param phase how far the endpoint's life has come
 * @param sandbox where the device is to be; empty for an assignment whose device stays home
 * @param home how the device was at home before it moved; empty until it was seen
 * @param routes the routes asked for beyond the default ones
 * @param since when the ENI was claimed
 * @param reason why it is in this phase, where that needs a word; empty otherwise
 */
public record Assignment(
        Endpoint endpoint,
        Eni eni,
        Phase phase,
        Optional<Sandbox> sandbox,
        Optional<DeviceBaseline> baseline,
        List<Route> routes,
        Instant since,
        String reason) {
    /** How far an assignment has come. */
    public enum Phase {
        /** Claimed and recorded; the device is at home, on its way, or in the sandbox. */
        ADDING,
        /** The endpoint was answered. */
        ADDED,
        /** DEL has begun; the device is in the sandbox, on its way, or at home. */
        DELETING,
        /** The endpoint is gone and its device could not be verified at home and clean; GC keeps trying. */
        QUARANTINED
    }

    /**
     * The network namespace an endpoint lives in.
     *
     * @param path where the runtime showed it
     * @param id what it was, so that another namespace under the same path is not taken for it
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
        requireNonNull(baseline, "home");
        routes = List.copyOf(routes);
        requireNonNull(since, "since");
        requireNonNull(reason, "reason");
    }

    /** The IPv4 answer; empty for an IPv6-only ENI. */
    public Optional<IpamAddress> ipv4() {
        return eni.ipv4().map(this::answer);
    }

    /** The IPv6 answer; empty for an IPv4-only ENI. */
    public Optional<IpamAddress> ipv6() {
        return eni.ipv6().map(this::answer);
    }

    /** The same assignment in another phase. */
    public Assignment in(Phase newPhase, String why) {
        return new Assignment(endpoint, eni, newPhase, sandbox, baseline, routes, since, why);
    }

    /** The same assignment with the device's state at home recorded. */
    public Assignment withBaseline(DeviceBaseline seen) {
        return new Assignment(endpoint, eni, phase, sandbox, Optional.of(seen), routes, since, reason);
    }

    private IpamAddress answer(EniAddress address) {
        return new IpamAddress(address.address(), address.subnet(), address.gateway(), eni.mac(), eni.number());
    }
}
