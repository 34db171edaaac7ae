package io.enim.netlink.internal.device;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkOperation;
import io.enim.netlink.internal.rtnl.AddressRequests;
import io.enim.netlink.internal.rtnl.LinkRequests;
import io.enim.netlink.internal.rtnl.RuleRequests;
import io.enim.netlink.internal.socket.NetlinkRequest;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Bpf;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.AddressMessage;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.internal.wire.NeighbourMessage;
import io.enim.netlink.internal.wire.QdiscMessage;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Everything a tenant can see of its device, as lines by name: each attribute of the link, addresses, routes of all tables,
 * neighbours, queueing disciplines and filters, BPF programs, every sysctl, multicast memberships and ethtool's features.
 * Taken from the kernel's dumps, so that what a later kernel adds is included.
 */
final class TenantSnapshot {
    /** Counters and times, which differ between any two readings, and the id a namespace has for another one. */
    private static final Set<Integer> VOLATILE = Set.of(
            7, // IFLA_STATS
            23, // IFLA_STATS64
            35, // IFLA_CARRIER_CHANGES
            37, // IFLA_LINK_NETNSID
            47, // IFLA_CARRIER_UP_COUNT
            48); // IFLA_CARRIER_DOWN_COUNT

    /** {@code IFLA_INET6_STATS}, {@code _CACHEINFO} and {@code _ICMP6STATS}: the same, of the family. */
    private static final Set<Integer> VOLATILE_INET6 = Set.of(3, 5, 6);

    private static final int IFLA_AF_SPEC = 26;
    private static final int RTM_NEWTFILTER = 44;

    private final SortedMap<String, String> view = new TreeMap<>();
    private final Deadline deadline = Deadline.after(TestHost.TIMEOUT);
    private final NetlinkSocket socket;
    private final int index;

    private TenantSnapshot(NetlinkSocket socket, String name) {
        this.socket = socket;
        LinkMessage link = link(name);
        this.index = link.index();
        view.put("link flags", "0x" + Integer.toHexString(link.flags()));
        attributes("link", link.attributes(), VOLATILE);
        tables();
        EthtoolCommands.features(socket.fd(), name).forEach((feature, state) -> view.put("feature " + feature, state));
    }

    static SortedMap<String, String> of(TestbedNamespace sandbox, String name) {
        TenantSnapshot snapshot = TestbedInternals.with(sandbox, socket -> new TenantSnapshot(socket, name));
        SortedMap<String, String> view = snapshot.view;
        try {
            NamespaceRunner.run(sandbox, () -> {
                files(name, view);
                programs(snapshot.index, view);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return view;
    }

    /** With its counters, unlike the dumps that ENIM requests: what is excluded here is excluded by name. */
    private LinkMessage link(String name) {
        LinkMessage named = LinkMessage.of(0, Attributes.NONE).with(LinkMessage.IFLA_IFNAME, name);
        return LinkMessage.decode(socket.get(
                new NetlinkRequest(NetlinkOperation.LOOK_UP_LINK, LinkMessage.RTM_GETLINK, 0, named, "view link", name),
                deadline));
    }

    private void attributes(String prefix, Attributes attributes, Set<Integer> excluded) {
        for (int type : attributes.types()) {
            String key = prefix + "." + type;
            if (type == IFLA_AF_SPEC && prefix.equals("link")) {
                Attributes families = attributes.nested(type);
                for (int family : families.types()) {
                    Set<Integer> excludedOfFamily = family == AddressMessage.AF_INET6 ? VOLATILE_INET6 : Set.of();
                    attributes(key + "." + family, families.nested(family), excludedOfFamily);
                }
            } else if (!excluded.contains(type)) {
                view.put(key, HexFormat.of().formatHex(attributes.bytes(type).orElseThrow()));
            }
        }
    }

    private void tables() {
        LinkRequests.all(socket, deadline).forEach(link -> view.put("device " + link.printableName(), ""));
        RuleRequests.all(socket, deadline).forEach(rule -> view.put("rule " + RuleRequests.describe(rule), ""));
        for (AddressMessage address : AddressRequests.of(socket, index, deadline)) {
            view.put("address " + AddressRequests.describe(address), "scope " + address.scope());
        }
        for (int family : new int[] {AddressMessage.AF_INET, AddressMessage.AF_INET6}) {
            routes(family);
            neighbours(family);
        }
        for (int type : new int[] {QdiscMessage.RTM_NEWQDISC, RTM_NEWTFILTER}) {
            for (int parent : new int[] {QdiscMessage.TC_H_ROOT, 0xfffffff2, 0xfffffff3}) { // root, ingress, egress
                disciplines(type, parent);
            }
        }
    }

    private void routes(int family) {
        RouteMessage any = new RouteMessage(family, 0, 0, 0, 0, 0, 0, Attributes.NONE);
        NetlinkRequest request =
                new NetlinkRequest(NetlinkOperation.LIST_ROUTES, RouteMessage.RTM_GETROUTE, 0, any, "view routes", "");
        socket.dump(request, RouteMessage.RTM_NEWROUTE, RouteMessage::decode, deadline).stream()
                .filter(route -> route.devices().contains(index))
                .forEach(route -> view.put(
                        "route " + family + " " + hex(route.destination()) + "/" + route.destinationLength() + " table "
                                + route.fullTable(),
                        "type " + route.type() + " via " + hex(route.gateway())));
    }

    /** Only configured ones; those learned from traffic come and go. */
    private void neighbours(int family) {
        for (int flags : new int[] {0, 8}) { // NTF_PROXY: the proxied ones are listed separately
            NeighbourMessage any = new NeighbourMessage(family, 0, 0, flags, 0, Attributes.NONE);
            NetlinkRequest request = new NetlinkRequest(
                    NetlinkOperation.BUILD, NeighbourMessage.RTM_GETNEIGH, 0, any, "view neighbours", "");
            socket.dump(request, NeighbourMessage.RTM_NEWNEIGH, NeighbourMessage::decode, deadline).stream()
                    .filter(neighbour -> neighbour.index() == index)
                    .filter(neighbour -> flags != 0 || (neighbour.state() & NeighbourMessage.NUD_PERMANENT) != 0)
                    .forEach(neighbour -> view.put(
                            "neighbour " + hex(neighbour.attributes().bytes(NeighbourMessage.NDA_DST)),
                            hex(neighbour.attributes().bytes(NeighbourMessage.NDA_LLADDR)) + " flags "
                                    + neighbour.flags()));
        }
    }

    private void disciplines(int answerType, int parent) {
        QdiscMessage any = new QdiscMessage(index, 0, parent, 0, Attributes.NONE);
        NetlinkRequest request =
                new NetlinkRequest(NetlinkOperation.LIST_QDISCS, answerType + 2, 0, any, "view disciplines", "");
        String what = answerType == RTM_NEWTFILTER ? "filter " : "qdisc ";
        try {
            socket.dump(request, answerType, QdiscMessage::decode, deadline).stream()
                    .filter(discipline -> discipline.index() == index)
                    .forEach(discipline -> view.put(
                            what + Integer.toHexString(discipline.parent()) + " "
                                    + discipline.kind().orElse("?"),
                            ""));
        } catch (NetlinkException e) {
            // EINVAL: there is no such hook, so nothing is attached to it.
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
        }
    }

    /** On a thread inside, since these trees show the reader's namespace. */
    private static void files(String name, SortedMap<String, String> view) throws IOException {
        for (String tree : List.of("ipv4/conf", "ipv4/neigh", "ipv6/conf", "ipv6/neigh")) {
            try (DirectoryStream<Path> settings = Files.newDirectoryStream(Path.of("/proc/sys/net", tree, name))) {
                for (Path setting : settings) {
                    view.put("sysctl " + tree + "/" + setting.getFileName(), value(setting));
                }
            }
        }
        for (String line : Files.readAllLines(Path.of("/proc/thread-self/net/dev_mcast"))) {
            String[] words = line.strip().split("\\s+"); // index, name, users, global users, address
            if (words[1].equals(name)) {
                view.put("multicast " + words[4], "");
            }
        }
    }

    private static void programs(int index, SortedMap<String, String> view) {
        for (Bpf.Hook hook : Bpf.Hook.values()) {
            try {
                Bpf.query(index, hook).forEach(attached -> view.put("program at " + hook, attached.toString()));
            } catch (NetlinkException e) {
                // EINVAL: there is no such hook. EPERM: in a user namespace no tenant may attach a program.
                if (!e.is(Errno.EINVAL) && !e.is(Errno.EPERM)) {
                    throw e;
                }
            }
        }
    }

    /** In one read: a sysctl answers no second one, and the JDK begins with a single byte where a file has no size. */
    private static String value(Path setting) {
        try (InputStream in = Files.newInputStream(setting)) {
            return new String(in.readNBytes(4096), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "not readable"; // stable_secret, until it is set.
        }
    }

    private static String hex(Optional<byte[]> bytes) {
        return bytes.map(HexFormat.of()::formatHex).orElse("");
    }

    /** Whether the link-local and the configured IPv6 address are in use: only then each has a route to itself. */
    static boolean showsAddressesInUse(Map<String, String> view) {
        return view.entrySet().stream()
                        .filter(line -> line.getKey().matches("route 10 [0-9a-f]{32}/128 table 255"))
                        .filter(line -> line.getValue().startsWith("type 2 ")) // RTN_LOCAL
                        .count()
                == 2;
    }

    /** The lines of one that differ from, or are missing in, the other. */
    static Map<String, String> differences(Map<String, String> fresh, Map<String, String> now) {
        Set<String> keys = new TreeSet<>(fresh.keySet());
        keys.addAll(now.keySet());
        keys.removeIf(key -> Objects.equals(fresh.get(key), now.get(key)));
        return keys.stream().collect(Collectors.toMap(key -> key, key -> fresh.get(key) + " became " + now.get(key)));
    }
}
