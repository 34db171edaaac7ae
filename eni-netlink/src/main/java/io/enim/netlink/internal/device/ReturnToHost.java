package io.enim.netlink.internal.device;

import io.enim.DeviceException;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.LinkMatcher;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.QdiscRequests;
import io.enim.netlink.internal.rtnl.SandboxLinks;
import io.enim.netlink.internal.socket.BatchResult;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.RtnlQueue;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a device home, clean, from wherever it is, and reads back that it is (P2, P13). Safe for concurrent use.
 *
 * <p>From a namespace it is one reading of the links there and one send; what the send did is read from the kernel's
 * notifications. The send is finished by the kernel even when this process is killed, and only an error can split it:
 * then the device is where the reading finds it, and is sent again or mended at home.
 */
final class ReturnToHost {
    private static final Logger LOG = LoggerFactory.getLogger(ReturnToHost.class);
    private static final int ATTEMPTS = 4;
    private static final int ANY_INDEX = 0;

    private final NetlinkSessions sessions;
    private final HostLinkCache hostLinks;
    private final RtnlQueue rtnlQueue;
    private final NamespaceSearch namespaceSearch;
    private final HostNames hostNames;
    private final ResidualAddressCheck residualAddresses;
    private final EthtoolFeatures features;
    private final HostNetworkManagers hostNetworkManagers;

    ReturnToHost(
            NetlinkSessions kernel,
            HostLinkCache homeLinks,
            RtnlQueue line,
            EthtoolFeatures features,
            HostNetworkManagers hostAgents) {
        this.features = features;
        this.hostNetworkManagers = hostAgents;
        this.sessions = kernel;
        this.hostLinks = homeLinks;
        this.rtnlQueue = line;
        this.namespaceSearch = new NamespaceSearch(kernel);
        this.hostNames = new HostNames(kernel);
        this.residualAddresses = new ResidualAddressCheck(kernel);
    }

    /** As {@link #returnDevice}, without looking anywhere but at home. */
    ReturnReport cleanOnHost(DeviceBaseline home, Deadline deadline) {
        if (LinkMatcher.find(hostLinks.links(deadline), home).isPresent()) {
            return verifyAndRepair(Location.HOST, home, new ArrayList<>(), deadline);
        }
        return new ReturnReport(
                Location.NOT_FOUND, List.of(), List.of("no device with MAC " + home.mac() + " is at home"));
    }

    ReturnReport returnDevice(DeviceBaseline home, Optional<Sandbox> sandbox, Deadline deadline) {
        List<String> mended = new ArrayList<>();
        if (LinkMatcher.find(hostLinks.links(deadline), home).isPresent()) {
            return verifyAndRepair(Location.HOST, home, mended, deadline);
        }
        if (sandbox.isPresent() && moveToHost(home, sandbox.get(), mended, deadline)) {
            return verifyAndRepair(Location.SANDBOX, home, mended, deadline);
        }
        List<String> unsearched = new ArrayList<>();
        Optional<Sandbox> other = namespaceSearch.search(home, sandbox.map(Sandbox::file), unsearched, deadline);
        if (other.isPresent()) {
            try (Sandbox found = other.get()) {
                if (moveToHost(home, found, mended, deadline)) {
                    return verifyAndRepair(Location.OTHER_NAMESPACE, home, mended, deadline);
                }
            }
        }
        // It may have come home while the namespaces were searched.
        if (LinkMatcher.find(hostLinks.links(deadline), home).isPresent()) {
            return verifyAndRepair(Location.HOST, home, mended, deadline);
        }
        return new ReturnReport(Location.NOT_FOUND, mended, unsearched);
    }

    /** Sends the device home from a namespace; false when it is not there. */
    private boolean moveToHost(DeviceBaseline home, Sandbox sandbox, List<String> mended, Deadline deadline) {
        boolean keepIndex = home.ifindex() > 0;
        for (int attempt = 1; ; attempt++) {
            List<LinkMessage> links = SandboxLinks.read(sandbox, deadline);
            Optional<LinkMessage> found = LinkMatcher.find(links, home);
            if (found.isEmpty()) {
                // An error after the move is a device at home; settling it is the next step.
                return attempt > 1;
            }
            LinkMessage link = found.get();
            noteResidue(home, link, links, mended);
            String name = hostNames
                    .free(home, HostNames.NOT_ON_HOST, deadline)
                    .orElseThrow(() -> new DeviceException(
                            DeviceException.Kind.NAME_TAKEN,
                            "bring home",
                            DeviceMapper.describe(link),
                            "its name and every name made from its MAC are taken at home; free one"));
            int index = keepIndex ? home.ifindex() : ANY_INDEX;
            Optional<NetlinkException> failure = rtnlQueue.runInOrder(
                    "bring home",
                    DeviceMapper.describe(link),
                    deadline,
                    () -> sessions.hostNamespace()
                            .with(fd -> send(requests(home, link, links, fd, name, index), sandbox, deadline)));
            if (failure.isEmpty()) {
                return true;
            }
            // A busy index is refused before anything moved. Any other refusal may have come after: look again.
            keepIndex &= !failure.get().is(Errno.EBUSY);
            if (attempt == ATTEMPTS) {
                throw failure.get();
            }
        }
    }

    /** The refusal of the last request, the move; what came before it shows in what is read back. */
    private static Optional<NetlinkException> send(List<NetlinkRequest> requests, Sandbox sandbox, Deadline deadline) {
        BatchResult batchResult = sandbox.withSocket(deadline, socket -> socket.transact(requests, deadline));
        return batchResult.failure(requests.size() - 1);
    }

    private static void noteResidue(
            DeviceBaseline home, LinkMessage link, Collection<LinkMessage> links, List<String> mended) {
        TenantResidue.differencesByTenant(home, link).forEach(difference -> addOnce(mended, difference));
        links.stream()
                .filter(other -> LinkMatcher.isOver(other, link) && LinkMatcher.isUpper(other))
                .forEach(upper -> addOnce(
                        mended,
                        DeviceMapper.printableName(upper) + " (" + upper.kind().orElse("?") + ") was stacked on it"));
    }

    private static void addOnce(List<String> list, String line) {
        if (!list.contains(line)) {
            list.add(line);
        }
    }

    static List<NetlinkRequest> requests(
            DeviceBaseline home, LinkMessage link, Collection<LinkMessage> links, int homeFd, String name, int index) {
        List<NetlinkRequest> requests = new ArrayList<>();
        // A stacked device would stay in the namespace, alive, on top of a device that another endpoint gets.
        links.stream()
                .filter(other -> LinkMatcher.isOver(other, link) && LinkMatcher.isUpper(other))
                .forEach(upper -> requests.add(LinkRequests.delete(upper.index(), DeviceMapper.describe(upper))));
        requests.addAll(TenantResidue.requestsBeforeMove(link));
        Attributes.Builder attributes =
                Attributes.builder().u32(LinkMessage.IFLA_NET_NS_FD, homeFd).text(LinkMessage.IFLA_IFNAME, name);
        if (index != ANY_INDEX) {
            attributes.u32(LinkMessage.IFLA_NEW_IFINDEX, index);
        }
        TenantResidue.restore(attributes, home, link);
        requests.add(TenantResidue.request(
                NetlinkOperation.RETURN_TO_HOST, link, attributes.build(), "bring home as " + name));
        return requests;
    }

    /** Looks at the device at home, mends it where it is not clean, and says what was and what remains. */
    private ReturnReport verifyAndRepair(
            Location location, DeviceBaseline home, List<String> mended, Deadline deadline) {
        List<LinkMessage> links = location == Location.HOST ? hostLinks.reload(deadline) : hostLinks.links(deadline);
        LinkMessage link = requireOnHost(home, links);
        List<String> wrong = differences(location, home, link, deadline);
        List<NetlinkException> refusals = List.of();
        if (!wrong.isEmpty()) {
            wrong.forEach(difference -> addOnce(mended, difference));
            if (location == Location.HOST) {
                // It may have fallen home like that, or somebody at home was at it. Whoever could have been is told of.
                List<String> claims = hostNetworkManagers.claimsOn(link.index(), DeviceMapper.name(link));
                claims.forEach(claim -> addOnce(mended, claim));
                if (!claims.isEmpty()) {
                    LOG.warn("{} was changed at home: {}; {}", DeviceMapper.describe(link), wrong, claims);
                }
            }
            refusals = repair(home, link, links, deadline);
            links = hostLinks.reload(deadline);
            link = requireOnHost(home, links);
            features.restore(home, link, deadline);
            wrong = differences(Location.HOST, home, link, deadline);
        }
        List<String> remaining = new ArrayList<>(wrong);
        if (!remaining.isEmpty()) {
            refusals.forEach(refusal -> remaining.add("refused: " + refusal.getMessage()));
        }
        if (location != Location.HOST) {
            // What a device that was at home has of these, it has from the machine's own software.
            remaining.addAll(residualAddresses.findings(link, deadline));
        }
        mended.removeAll(remaining);
        if (!DeviceMapper.name(link).equals(home.name()) && remaining.isEmpty()) {
            mended.add("name " + home.name() + " is taken at home; it is called " + DeviceMapper.printableName(link));
        }
        return new ReturnReport(location, mended, remaining);
    }

    private static LinkMessage requireOnHost(DeviceBaseline home, List<LinkMessage> links) {
        return LinkMatcher.find(links, home)
                .orElseThrow(() -> new DeviceException(
                        DeviceException.Kind.NOT_FOUND,
                        "bring home",
                        home.name() + " (" + home.mac() + ")",
                        "it came home and is gone again; somebody else moves it, or it was unplugged"));
    }

    /** What is not as at home; another name is right while its own is taken. */
    private List<String> differences(Location location, DeviceBaseline home, LinkMessage link, Deadline deadline) {
        boolean rightlyNamed = DeviceMapper.name(link).equals(home.name())
                || hostNames
                        .free(home, link.index(), deadline)
                        .filter(DeviceMapper.name(link)::equals)
                        .isPresent();
        List<String> wrong = new ArrayList<>(
                rightlyNamed ? TenantResidue.differencesButName(home, link) : TenantResidue.differences(home, link));
        if (location == Location.HOST) {
            wrong.addAll(features.differences(home, link, deadline));
        }
        return wrong;
    }

    /**
     * Puts a device at home right. Down first, in a message of its own: kernels before 6.2 refuse to rename a device that
     * is up, and in one message the name comes before the flags.
     *
     * @return what the kernel refused
     */
    private List<NetlinkException> repair(
            DeviceBaseline home, LinkMessage link, List<LinkMessage> links, Deadline deadline) {
        return sessions.onHost(deadline, socket -> {
            ProtectedLinks.check("mend", link, links, socket, deadline);
            List<NetlinkRequest> requests = new ArrayList<>();
            requests.add(LinkRequests.setDown(link.index(), DeviceMapper.describe(link)));
            for (QdiscMessage qdisc : QdiscRequests.on(socket, link.index(), deadline)) {
                requests.add(QdiscRequests.remove(qdisc, DeviceMapper.describe(link)));
            }
            requests.addAll(TenantResidue.requestsBeforeMove(link));
            Attributes.Builder attributes = Attributes.builder();
            hostNames
                    .free(home, link.index(), deadline)
                    .filter(name -> !name.equals(DeviceMapper.name(link)))
                    .ifPresent(name -> attributes.text(LinkMessage.IFLA_IFNAME, name));
            TenantResidue.restore(attributes, home, link);
            requests.add(TenantResidue.request(NetlinkOperation.REPAIR, link, attributes.build(), "mend"));
            return rtnlQueue.runInOrder(
                    "mend",
                    DeviceMapper.describe(link),
                    deadline,
                    () -> socket.transact(requests, deadline).failures());
        });
    }
}
