package io.enim.netlink;

import io.enim.DeviceException;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import io.enim.spi.HomeState;
import io.enim.spi.Homecoming;
import io.enim.spi.Homecoming.Place;
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
final class Homeward {
    private static final Logger LOG = LoggerFactory.getLogger(Homeward.class);
    private static final int ATTEMPTS = 4;
    private static final int ANY_INDEX = 0;

    private final Kernel kernel;
    private final HomeLinks homeLinks;
    private final MoveLine line;
    private final Elsewhere elsewhere;
    private final HomeNames names;
    private final Leftovers leftovers;
    private final OffloadFeatures features;
    private final HostAgents hostAgents;

    Homeward(Kernel kernel, HomeLinks homeLinks, MoveLine line, OffloadFeatures features, HostAgents hostAgents) {
        this.features = features;
        this.hostAgents = hostAgents;
        this.kernel = kernel;
        this.homeLinks = homeLinks;
        this.line = line;
        this.elsewhere = new Elsewhere(kernel);
        this.names = new HomeNames(kernel);
        this.leftovers = new Leftovers(kernel);
    }

    /** As {@link #bring}, without looking anywhere but at home. */
    Homecoming clean(HomeState home, Deadline deadline) {
        if (Identification.find(homeLinks.links(deadline), home).isPresent()) {
            return settle(Place.HOME, home, new ArrayList<>(), deadline);
        }
        return new Homecoming(Place.NOWHERE, List.of(), List.of("no device with MAC " + home.mac() + " is at home"));
    }

    Homecoming bring(HomeState home, Optional<Sandbox> sandbox, Deadline deadline) {
        List<String> mended = new ArrayList<>();
        if (Identification.find(homeLinks.links(deadline), home).isPresent()) {
            return settle(Place.HOME, home, mended, deadline);
        }
        if (sandbox.isPresent() && fetch(home, sandbox.get(), mended, deadline)) {
            return settle(Place.SANDBOX, home, mended, deadline);
        }
        List<String> unsearched = new ArrayList<>();
        Optional<Sandbox> other = elsewhere.search(home, sandbox.map(Sandbox::file), unsearched, deadline);
        if (other.isPresent()) {
            try (Sandbox found = other.get()) {
                if (fetch(home, found, mended, deadline)) {
                    return settle(Place.ELSEWHERE, home, mended, deadline);
                }
            }
        }
        // It may have come home while the namespaces were searched.
        if (Identification.find(homeLinks.links(deadline), home).isPresent()) {
            return settle(Place.HOME, home, mended, deadline);
        }
        return new Homecoming(Place.NOWHERE, mended, unsearched);
    }

    /** Sends the device home from a namespace; false when it is not there. */
    private boolean fetch(HomeState home, Sandbox sandbox, List<String> mended, Deadline deadline) {
        boolean keepIndex = home.ifindex() > 0;
        for (int attempt = 1; ; attempt++) {
            List<LinkMessage> links = SandboxLinks.read(sandbox, deadline);
            Optional<LinkMessage> found = Identification.find(links, home);
            if (found.isEmpty()) {
                // An error after the move is a device at home; settling it is the next step.
                return attempt > 1;
            }
            LinkMessage link = found.get();
            noteLeftovers(home, link, links, mended);
            String name = names.free(home, HomeNames.NOT_AT_HOME, deadline)
                    .orElseThrow(() -> new DeviceException(
                            DeviceException.Kind.NAME_TAKEN,
                            "bring home",
                            Devices.describe(link),
                            "its name and every name made from its MAC are taken at home; free one"));
            int index = keepIndex ? home.ifindex() : ANY_INDEX;
            Optional<NetlinkException> failure = line.inTurn(
                    "bring home",
                    Devices.describe(link),
                    deadline,
                    () -> kernel.home()
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
    private static Optional<NetlinkException> send(List<Request> requests, Sandbox sandbox, Deadline deadline) {
        Batch batch = sandbox.withSocket(deadline, socket -> socket.transact(requests, deadline));
        return batch.failure(requests.size() - 1);
    }

    private static void noteLeftovers(
            HomeState home, LinkMessage link, Collection<LinkMessage> links, List<String> mended) {
        Hygiene.tenantsDifferences(home, link).forEach(difference -> addOnce(mended, difference));
        links.stream()
                .filter(other -> Identification.isOver(other, link) && Identification.isUpper(other))
                .forEach(upper -> addOnce(
                        mended, Devices.name(upper) + " (" + upper.kind().orElse("?") + ") was stacked on it"));
    }

    private static void addOnce(List<String> list, String line) {
        if (!list.contains(line)) {
            list.add(line);
        }
    }

    static List<Request> requests(
            HomeState home, LinkMessage link, Collection<LinkMessage> links, int homeFd, String name, int index) {
        List<Request> requests = new ArrayList<>();
        // A stacked device would stay in the namespace, alive, on top of a device that another endpoint gets.
        links.stream()
                .filter(other -> Identification.isOver(other, link) && Identification.isUpper(other))
                .forEach(upper -> requests.add(Links.delete(upper.index(), Devices.describe(upper))));
        requests.addAll(Hygiene.before(link));
        Attributes.Builder attributes =
                Attributes.builder().u32(LinkMessage.IFLA_NET_NS_FD, homeFd).text(LinkMessage.IFLA_IFNAME, name);
        if (index != ANY_INDEX) {
            attributes.u32(LinkMessage.IFLA_NEW_IFINDEX, index);
        }
        Hygiene.restore(attributes, home, link);
        requests.add(Hygiene.request(NetlinkStep.BRING_HOME, link, attributes.build(), "bring home as " + name));
        return requests;
    }

    /** Looks at the device at home, mends it where it is not clean, and says what was and what remains. */
    private Homecoming settle(Place place, HomeState home, List<String> mended, Deadline deadline) {
        List<LinkMessage> links = place == Place.HOME ? homeLinks.reload(deadline) : homeLinks.links(deadline);
        LinkMessage link = atHome(home, links);
        List<String> wrong = wrong(place, home, link, deadline);
        List<NetlinkException> refusals = List.of();
        if (!wrong.isEmpty()) {
            wrong.forEach(difference -> addOnce(mended, difference));
            if (place == Place.HOME) {
                // It may have fallen home like that, or somebody at home was at it. Whoever could have been is told of.
                List<String> claims = hostAgents.claiming(link.index(), Devices.name(link));
                claims.forEach(claim -> addOnce(mended, claim));
                if (!claims.isEmpty()) {
                    LOG.warn("{} was changed at home: {}; {}", Devices.describe(link), wrong, claims);
                }
            }
            refusals = mend(home, link, links, deadline);
            links = homeLinks.reload(deadline);
            link = atHome(home, links);
            features.restore(home, link, deadline);
            wrong = wrong(Place.HOME, home, link, deadline);
        }
        List<String> remaining = new ArrayList<>(wrong);
        if (!remaining.isEmpty()) {
            refusals.forEach(refusal -> remaining.add("refused: " + refusal.getMessage()));
        }
        if (place != Place.HOME) {
            // What a device that was at home has of these, it has from the machine's own software.
            remaining.addAll(leftovers.of(link, deadline));
        }
        mended.removeAll(remaining);
        if (!Devices.name(link).equals(home.name()) && remaining.isEmpty()) {
            mended.add("name " + home.name() + " is taken at home; it is called " + Devices.name(link));
        }
        return new Homecoming(place, mended, remaining);
    }

    private static LinkMessage atHome(HomeState home, List<LinkMessage> links) {
        return Identification.find(links, home)
                .orElseThrow(() -> new DeviceException(
                        DeviceException.Kind.NOT_FOUND,
                        "bring home",
                        home.name() + " (" + home.mac() + ")",
                        "it came home and is gone again; somebody else moves it, or it was unplugged"));
    }

    /** What is not as at home; another name is right while its own is taken. */
    private List<String> wrong(Place place, HomeState home, LinkMessage link, Deadline deadline) {
        boolean rightlyNamed = Devices.name(link).equals(home.name())
                || names.free(home, link.index(), deadline)
                        .filter(Devices.name(link)::equals)
                        .isPresent();
        List<String> wrong = new ArrayList<>(
                rightlyNamed ? Hygiene.differencesButName(home, link) : Hygiene.differences(home, link));
        if (place == Place.HOME) {
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
    private List<NetlinkException> mend(HomeState home, LinkMessage link, List<LinkMessage> links, Deadline deadline) {
        return kernel.atHome(deadline, socket -> {
            Protection.check("mend", link, links, socket, deadline);
            List<Request> requests = new ArrayList<>();
            requests.add(Links.setDown(link.index(), Devices.describe(link)));
            for (QdiscMessage qdisc : Qdiscs.on(socket, link.index(), deadline)) {
                requests.add(Qdiscs.remove(qdisc, Devices.describe(link)));
            }
            requests.addAll(Hygiene.before(link));
            Attributes.Builder attributes = Attributes.builder();
            names.free(home, link.index(), deadline)
                    .filter(name -> !name.equals(Devices.name(link)))
                    .ifPresent(name -> attributes.text(LinkMessage.IFLA_IFNAME, name));
            Hygiene.restore(attributes, home, link);
            requests.add(Hygiene.request(NetlinkStep.MEND, link, attributes.build(), "mend"));
            return line.inTurn(
                    "mend",
                    Devices.describe(link),
                    deadline,
                    () -> socket.transact(requests, deadline).failures());
        });
    }
}
