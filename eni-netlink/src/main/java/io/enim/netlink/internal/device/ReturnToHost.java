// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.identity.LinkMatcher;
import io.enim.netlink.internal.log.SafeLogger;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.residue.BpfPrograms;
import io.enim.netlink.internal.residue.EthtoolFeatures;
import io.enim.netlink.internal.residue.ResidualAddressCheck;
import io.enim.netlink.internal.residue.TenantResidue;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.QdiscRequests;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Returns a device to the host, clean, from wherever it is, and reads back that it is (P2, P13). Safe for concurrent use.
 *
 * <p>From a namespace it takes one reading of the links there and one send; the result of the send is read from the
 * kernel's notifications. The kernel finishes the send even when this process is killed, and only an error can split it:
 * then the device is where the next reading finds it, and is sent again or repaired on the host.
 */
final class ReturnToHost {
    private static final SafeLogger LOG = SafeLogger.of(ReturnToHost.class);
    private static final String OPERATION = "return to host";
    private static final int ATTEMPTS = 4;
    private static final int ANY_INDEX = 0;

    private final NetlinkSessions sessions;
    private final HostLinkCache hostLinks;
    private final HostVethPairs hostVethPairs;
    private final RtnlQueue rtnlQueue;
    private final EthtoolFeatures features;
    private final BpfPrograms bpfPrograms;
    private final HostNetworkManagers hostNetworkManagers;
    private final UdevNames udevNames;
    private final HostTakeOver hostTakeOver;
    private final NamespaceSearch namespaceSearch;

    ReturnToHost(
            NetlinkSessions sessions,
            HostLinkCache hostLinks,
            HostVethPairs hostVethPairs,
            RtnlQueue rtnlQueue,
            EthtoolFeatures features,
            HostNetworkManagers hostNetworkManagers,
            UdevNames udevNames) {
        this.sessions = sessions;
        this.hostLinks = hostLinks;
        this.hostVethPairs = hostVethPairs;
        this.rtnlQueue = rtnlQueue;
        this.features = features;
        this.bpfPrograms = new BpfPrograms(sessions);
        this.hostNetworkManagers = hostNetworkManagers;
        this.udevNames = udevNames;
        this.hostTakeOver = new HostTakeOver(sessions, rtnlQueue, hostNetworkManagers);
        this.namespaceSearch = new NamespaceSearch(sessions);
    }

    /** As {@link #returnDevice}, but searches on the host only. */
    ReturnReport cleanOnHost(DeviceBaseline baseline, Deadline deadline) {
        if (!isOnHost(baseline, deadline)) {
            return notFound(Set.of(), List.of("no device with MAC " + baseline.mac() + " is on the host"));
        }
        hostVethPairs.remove(baseline.mac(), deadline);
        return verifyAndRepair(Location.HOST, baseline, new LinkedHashSet<>(), deadline);
    }

    ReturnReport returnDevice(DeviceBaseline baseline, Optional<Sandbox> sandbox, Deadline deadline) {
        hostVethPairs.remove(baseline.mac(), deadline);
        Set<String> repaired = new LinkedHashSet<>();
        if (isOnHost(baseline, deadline)) {
            return verifyAndRepair(Location.HOST, baseline, repaired, deadline);
        }
        if (sandbox.isPresent() && moveToHost(baseline, sandbox.get(), repaired, deadline)) {
            return verifyAndRepair(Location.SANDBOX, baseline, repaired, deadline);
        }
        List<String> unsearched = new ArrayList<>();
        Optional<Sandbox> other = namespaceSearch.search(baseline, sandbox.map(Sandbox::file), unsearched, deadline);
        if (other.isPresent()) {
            try (Sandbox found = other.get()) {
                if (moveToHost(baseline, found, repaired, deadline)) {
                    return verifyAndRepair(Location.OTHER_NAMESPACE, baseline, repaired, deadline);
                }
            }
        }
        // It may have returned to the host while the namespaces were searched.
        return isOnHost(baseline, deadline)
                ? verifyAndRepair(Location.HOST, baseline, repaired, deadline)
                : notFound(repaired, unsearched);
    }

    /** The namespace that has the device; a namespace that could not be searched is an error unless another has it. */
    Optional<Sandbox> locate(DeviceBaseline baseline, Deadline deadline) {
        List<String> unsearched = new ArrayList<>();
        Optional<Sandbox> found = namespaceSearch.search(baseline, Optional.empty(), unsearched, deadline);
        if (found.isEmpty() && !unsearched.isEmpty()) {
            throw new DeviceException(
                    Kind.NOT_FOUND,
                    "locate",
                    baseline.mac().toString(),
                    "not searched: " + String.join("; ", unsearched));
        }
        return found;
    }

    private static ReturnReport notFound(Set<String> repaired, List<String> unsearched) {
        return new ReturnReport(Location.NOT_FOUND, List.copyOf(repaired), unsearched);
    }

    private boolean isOnHost(DeviceBaseline baseline, Deadline deadline) {
        return LinkMatcher.find(hostLinks.links(deadline), baseline).isPresent();
    }

    /** Moves the device from a namespace to the host; false when it is not there. */
    private boolean moveToHost(DeviceBaseline baseline, Sandbox sandbox, Set<String> repaired, Deadline deadline) {
        boolean keepIndex = baseline.ifindex() > 0;
        for (int attempt = 1; ; attempt++) {
            List<LinkMessage> links = SandboxLinks.read(sandbox, deadline);
            Optional<LinkMessage> found = LinkMatcher.find(links, baseline);
            if (found.isEmpty()) {
                // After an error that came later than the move, the device is on the host, to be verified next.
                return attempt > 1;
            }
            LinkMessage link = found.get();
            noteResidue(baseline, link, links, repaired);
            StackedDevices.delete(link, links, sandbox, deadline);
            String name = HostNames.free(sessions, baseline, HostNames.NOT_ON_HOST, deadline)
                    .orElseThrow(() -> new DeviceException(
                            Kind.NAME_TAKEN,
                            OPERATION,
                            LinkIdentity.describe(link),
                            "its name and every name made from its MAC are taken on the host; free one"));
            int index = keepIndex ? baseline.ifindex() : ANY_INDEX;
            Optional<NetlinkException> failure = rtnlQueue.runInOrder(
                    OPERATION,
                    LinkIdentity.describe(link),
                    deadline,
                    () -> sessions.hostNamespace()
                            .with(fd -> send(requests(baseline, link, fd, name, index), sandbox, deadline)));
            if (failure.isEmpty()) {
                return true;
            }
            // A busy index is refused before the move; any other refusal may have come after it: read again.
            keepIndex &= !failure.get().is(Errno.EBUSY);
            if (attempt == ATTEMPTS) {
                throw failure.get();
            }
        }
    }

    /** The refusal of the last request, the move; failures before it show when the device is read back. */
    private static Optional<NetlinkException> send(List<NetlinkRequest> requests, Sandbox sandbox, Deadline deadline) {
        return sandbox.withSocket(deadline, socket -> socket.transact(requests, deadline))
                .failure(requests.size() - 1);
    }

    private static void noteResidue(
            DeviceBaseline baseline, LinkMessage link, List<LinkMessage> links, Set<String> repaired) {
        repaired.addAll(TenantResidue.differencesByTenant(baseline, link));
        repaired.addAll(StackedDevices.describe(StackedDevices.on(link, links)));
    }

    static List<NetlinkRequest> requests(
            DeviceBaseline baseline, LinkMessage link, int hostFd, String name, int index) {
        List<NetlinkRequest> requests = new ArrayList<>(TenantResidue.requestsBeforeMove(link));
        Attributes.Builder attributes =
                Attributes.builder().u32(LinkMessage.IFLA_NET_NS_FD, hostFd).text(LinkMessage.IFLA_IFNAME, name);
        if (index != ANY_INDEX) {
            attributes.u32(LinkMessage.IFLA_NEW_IFINDEX, index);
        }
        TenantResidue.restore(attributes, baseline, link);
        requests.add(TenantResidue.request(
                NetlinkOperation.RETURN_TO_HOST, link, attributes.build(), OPERATION + " as " + name));
        return requests;
    }

    /** Verifies the device on the host, repairs it where it differs, and reports what was repaired and what remains. */
    private ReturnReport verifyAndRepair(
            Location location, DeviceBaseline baseline, Set<String> repaired, Deadline deadline) {
        List<LinkMessage> links = location == Location.HOST ? hostLinks.reload(deadline) : hostLinks.links(deadline);
        LinkMessage link = requireOnHost(baseline, links);
        List<String> takenOver = location == Location.HOST ? hostTakeOver.run(link, links, deadline) : List.of();
        List<String> wrong = differences(location, baseline, link, deadline);
        List<NetlinkException> refusals = List.of();
        if (!wrong.isEmpty()) {
            repaired.addAll(wrong);
            if (location == Location.HOST) {
                noteClaims(link, wrong, repaired);
            }
            refusals = repair(baseline, link, links, deadline);
            link = requireOnHost(baseline, hostLinks.reload(deadline));
            features.restore(baseline, link, deadline);
            wrong = differences(Location.HOST, baseline, link, deadline);
        }
        List<String> remaining = new ArrayList<>(wrong);
        if (!remaining.isEmpty()) {
            refusals.forEach(refusal -> remaining.add("refused: " + refusal.getMessage()));
        }
        if (location != Location.HOST) {
            remaining.addAll(ResidualAddressCheck.findings(sessions, link, deadline));
        } else if (!takenOver.isEmpty()) {
            link = requireOnHost(baseline, hostLinks.links(deadline));
            remaining.addAll(hostTakeOver.findings(link, deadline));
        }
        remaining.forEach(repaired::remove);
        if (!link.name().equals(baseline.name()) && remaining.isEmpty()) {
            repaired.add("name " + baseline.name() + " is taken on the host; it is named " + link.printableName());
        }
        return new ReturnReport(location, List.copyOf(repaired), remaining, takenOver);
    }

    /** The kernel may have returned it like that, or software on the host changed it: names every manager it may be. */
    private void noteClaims(LinkMessage link, List<String> wrong, Set<String> repaired) {
        List<String> claims = hostNetworkManagers.claimsOn(link.index(), link.name());
        repaired.addAll(claims);
        if (!claims.isEmpty()) {
            LOG.warn("{} was changed on the host: {}; {}", LinkIdentity.describe(link), wrong, claims);
        }
    }

    private static LinkMessage requireOnHost(DeviceBaseline baseline, List<LinkMessage> links) {
        return LinkMatcher.find(links, baseline)
                .orElseThrow(() -> new DeviceException(
                        Kind.NOT_FOUND,
                        OPERATION,
                        baseline.name() + " (" + baseline.mac() + ")",
                        "it was on the host and is gone again: other software moved it, or it was detached. Retry"));
    }

    /** The differences from the baseline; another name counts as right while its own is taken. */
    private List<String> differences(Location location, DeviceBaseline baseline, LinkMessage link, Deadline deadline) {
        boolean isRightlyNamed = link.name().equals(baseline.name())
                || HostNames.free(sessions, baseline, link.index(), deadline).equals(Optional.of(link.name()));
        LinkMessage seen = udevNames.without(link);
        List<String> wrong = isRightlyNamed
                ? TenantResidue.differencesButName(baseline, seen)
                : TenantResidue.differences(baseline, seen);
        return location == Location.HOST
                ? Stream.of(wrong, features.differences(baseline, link, deadline), bpfPrograms.findings(link, deadline))
                        .flatMap(List::stream)
                        .toList()
                : wrong;
    }

    /**
     * Restores the baseline of a device on the host. Takes it down first, in a message of its own: kernels before 6.2
     * refuse to rename a device that is up, and in one message the name comes before the flags.
     *
     * @return the kernel's refusals
     */
    private List<NetlinkException> repair(
            DeviceBaseline baseline, LinkMessage link, List<LinkMessage> links, Deadline deadline) {
        String described = LinkIdentity.describe(link);
        return sessions.onHost(deadline, socket -> {
            ProtectedLinks.check("repair", link, links, socket, deadline);
            List<NetlinkRequest> requests = new ArrayList<>();
            requests.add(LinkRequests.setDown(link.index(), described));
            QdiscRequests.on(socket, link.index(), deadline)
                    .forEach(qdisc -> requests.add(QdiscRequests.remove(qdisc, described)));
            requests.addAll(TenantResidue.requestsBeforeMove(udevNames.without(link)));
            Attributes.Builder attributes = Attributes.builder();
            HostNames.free(sessions, baseline, link.index(), deadline)
                    .filter(name -> !name.equals(link.name()))
                    .ifPresent(name -> attributes.text(LinkMessage.IFLA_IFNAME, name));
            TenantResidue.restore(attributes, baseline, link);
            requests.add(TenantResidue.request(NetlinkOperation.REPAIR, link, attributes.build(), "repair"));
            List<NetlinkException> refusals = new ArrayList<>(bpfPrograms.detach(link, deadline));
            refusals.addAll(rtnlQueue.runInOrder(
                    "repair",
                    described,
                    deadline,
                    () -> socket.transact(requests, deadline).failures()));
            return refusals;
        });
    }
}
