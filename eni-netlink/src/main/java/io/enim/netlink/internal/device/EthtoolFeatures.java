package io.enim.netlink.internal.device;

import io.enim.MacAddress;
import io.enim.netlink.internal.netns.NetlinkSessions;
import io.enim.netlink.internal.rtnl.DeviceMapper;
import io.enim.netlink.internal.rtnl.InterfaceIoctls;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.spi.DeviceBaseline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The features that ethtool(8) turns on and off (linux/ethtool.h): a tenant can, no link message shows it, and it survives
 * a move. As words of 32 bits that say what is wanted, of what can be changed. Safe for concurrent use.
 *
 * <p>Each reading takes RTNL. So they are read when a device is looked up at home or made clean there, and not when one
 * comes home: an endpoint's ADD looks its device up, and what differs is mended before it moves in.
 */
final class EthtoolFeatures {
    private static final String PREFIX = "features_";
    private static final int ETHTOOL_GFEATURES = 0x3a;
    private static final int ETHTOOL_SFEATURES = 0x3b;
    /** {@code ETHTOOL_DEV_FEATURE_WORDS} is 2 today; the kernel says how many there are. */
    private static final int MOST_WORDS = 8;

    private static final int BITS = 32;
    private static final int HEADER = 8;

    private final NetlinkSessions sessions;
    /** As read last of the devices at home, for lists, where reading each would take RTNL for each. */
    private final Map<MacAddress, Map<String, Integer>> lastRead = new ConcurrentHashMap<>();

    EthtoolFeatures(NetlinkSessions kernel) {
        this.sessions = kernel;
    }

    /** {@code struct ethtool_get_features_block}: what can be changed, and what of that is wanted. */
    private record Word(int changeable, int wanted) {}

    /** The wanted features of a link at home as it is now, by the word's first bit; empty when it is gone or has none. */
    Map<String, Integer> of(LinkMessage link, Deadline deadline) {
        Map<String, Integer> wanted = named(read(link, deadline));
        DeviceMapper.identity(link).ifPresent(mac -> lastRead.put(mac, wanted));
        return wanted;
    }

    /** The same as it was read last since the device came home, which costs nothing the second time. */
    Map<String, Integer> lastOf(LinkMessage link, Deadline deadline) {
        return DeviceMapper.identity(link)
                .map(mac -> lastRead.computeIfAbsent(mac, unread -> named(read(link, deadline))))
                .orElse(Map.of());
    }

    /** Forgets what was read of devices that are not among these, which are all at home. */
    void retain(Collection<LinkMessage> atHome) {
        Set<MacAddress> present = new HashSet<>();
        atHome.forEach(link -> DeviceMapper.identity(link).ifPresent(present::add));
        lastRead.keySet().retainAll(present);
    }

    private List<Word> read(LinkMessage link, Deadline deadline) {
        return ask(link, deadline, device -> words(device).orElse(List.of())).orElse(List.of());
    }

    private static Map<String, Integer> named(List<Word> words) {
        Map<String, Integer> named = new TreeMap<>();
        for (int i = 0; i < words.size(); i++) {
            named.put(PREFIX + i * BITS, words.get(i).wanted());
        }
        return named;
    }

    private static boolean areKnown(DeviceBaseline home) {
        return home.segmentation().keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
    }

    /** What of a link at home differs from how it should be, as far as that is known. */
    List<String> differences(DeviceBaseline home, LinkMessage link, Deadline deadline) {
        if (!areKnown(home)) {
            return List.of();
        }
        List<String> differences = new ArrayList<>();
        of(link, deadline).forEach((name, now) -> {
            int before = home.segmentation().getOrDefault(name, now);
            if (before != now) {
                differences.add(name + " is 0x" + Integer.toHexString(now) + ", not 0x" + Integer.toHexString(before));
            }
        });
        return differences;
    }

    /** Sets a link's features as they should be, where that is known. What the driver does not follow shows when read. */
    void restore(DeviceBaseline home, LinkMessage link, Deadline deadline) {
        if (!areKnown(home)) {
            return;
        }
        ask(link, deadline, device -> {
            List<Word> now = words(device).orElse(List.of());
            ByteBuffer set = command(ETHTOOL_SFEATURES, now.size(), 8);
            for (int i = 0; i < now.size(); i++) {
                Integer before = home.segmentation().get(PREFIX + i * BITS);
                set.putInt(HEADER + i * 8, before == null ? 0 : now.get(i).changeable());
                set.putInt(HEADER + i * 8 + 4, before == null ? 0 : before);
            }
            return device.call(set);
        });
    }

    private interface EthtoolDevice {
        /** False when there is no such device or it does not know the command. */
        boolean call(ByteBuffer command);
    }

    private static Optional<List<Word>> words(EthtoolDevice device) {
        ByteBuffer got = command(ETHTOOL_GFEATURES, MOST_WORDS, 16);
        if (!device.call(got)) {
            return Optional.empty();
        }
        List<Word> words = new ArrayList<>();
        for (int i = 0; i < Math.min(got.getInt(4), MOST_WORDS); i++) {
            int block = HEADER + i * 16; // available, requested, active, never_changed
            int changeable = got.getInt(block) & ~got.getInt(block + 12);
            words.add(new Word(changeable, got.getInt(block + 4) & changeable));
        }
        return Optional.of(words);
    }

    private static ByteBuffer command(int number, int words, int blockSize) {
        return ByteBuffer.allocateDirect(HEADER + words * blockSize)
                .order(ByteOrder.nativeOrder())
                .putInt(0, number)
                .putInt(4, words);
    }

    /** Asks the device that has the link's name, if that is the link: ethtool's ioctl knows no other way. */
    private <T> Optional<T> ask(LinkMessage link, Deadline deadline, Function<EthtoolDevice, T> question) {
        String name = DeviceMapper.name(link);
        return sessions.onHost(deadline, socket -> {
            boolean isLink = InterfaceIoctls.index(socket, name)
                    .filter(index -> index == link.index())
                    .isPresent();
            return isLink
                    ? Optional.of(question.apply(command -> {
                        sessions.counter().countAcquisition();
                        return Native.ethtool(socket.fd(), name, command);
                    }))
                    : Optional.empty();
        });
    }
}
