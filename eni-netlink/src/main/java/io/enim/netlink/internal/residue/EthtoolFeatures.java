// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.residue;

import io.enim.MacAddress;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.netns.NetlinkSessions;
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
import java.util.function.Consumer;

/**
 * The features that ethtool(8) turns on and off (linux/ethtool.h): a tenant can set them, no link message shows them, and
 * they survive a move. Represented as words of 32 bits: the wanted features among those that can be changed. Safe for
 * concurrent use.
 *
 * <p>Each reading takes RTNL. So they are not read when a device returns from a sandbox, but when it is looked up on the host
 * and something was announced of it since the last time: the pool's check before it offers an ENI reads them, and repairs
 * differences; an ADD after it does not. The kernel announces a change of what is in force. What is only wanted, and not in
 * force, can change unannounced; on the host no tenant does that.
 */
public final class EthtoolFeatures {
    private static final String PREFIX = "features_";
    private static final int ETHTOOL_GFEATURES = 0x3a;
    private static final int ETHTOOL_SFEATURES = 0x3b;
    /** {@code ETHTOOL_DEV_FEATURE_WORDS} is 2 today; the kernel reports how many there are. */
    private static final int MOST_WORDS = 8;

    private static final int BITS = 32;
    private static final int HEADER = 8;

    private final NetlinkSessions sessions;
    /** The last reading of each device on the host. */
    private final Map<MacAddress, Reading> lastRead = new ConcurrentHashMap<>();

    public EthtoolFeatures(NetlinkSessions sessions) {
        this.sessions = sessions;
    }

    /** What was read after this announcement of the link. */
    private record Reading(Object announcement, Map<String, Integer> wanted) {}

    /** {@code struct ethtool_get_features_block}: the features that can be changed, and the wanted ones among them. */
    private record Word(int changeable, int wanted) {}

    /**
     * The wanted features of a link on the host, by each word's first bit; empty when it is gone or has none. Reads only if
     * something was announced of the link since the last reading.
     */
    public Map<String, Integer> of(LinkMessage link, Object announcement, Deadline deadline) {
        Optional<MacAddress> mac = LinkIdentity.of(link);
        return mac.map(lastRead::get)
                .filter(last -> last.announcement().equals(announcement))
                .map(Reading::wanted)
                .orElseGet(() -> {
                    Map<String, Integer> wanted = read(link, deadline);
                    mac.ifPresent(known -> lastRead.put(known, new Reading(announcement, wanted)));
                    return wanted;
                });
    }

    /** Forgets the readings of devices that are not among these, which are all on the host. */
    public void retain(Collection<LinkMessage> onHost) {
        Set<MacAddress> present = new HashSet<>();
        onHost.forEach(link -> LinkIdentity.of(link).ifPresent(present::add));
        lastRead.keySet().retainAll(present);
    }

    private Map<String, Integer> read(LinkMessage link, Deadline deadline) {
        Map<String, Integer> wanted = new TreeMap<>();
        withDevice(link, deadline, device -> {
            int bit = 0;
            for (Word word : words(device)) {
                wanted.put(PREFIX + bit, word.wanted());
                bit += BITS;
            }
        });
        return wanted;
    }

    private static boolean areKnown(DeviceBaseline baseline) {
        return baseline.segmentation().keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
    }

    /** The differences of a link on the host from its baseline, as far as the baseline has features. */
    public List<String> differences(DeviceBaseline baseline, LinkMessage link, Deadline deadline) {
        if (!areKnown(baseline)) {
            return List.of();
        }
        List<String> differences = new ArrayList<>();
        read(link, deadline).forEach((name, now) -> {
            int before = baseline.segmentation().getOrDefault(name, now);
            if (before != now) {
                differences.add(name + " is 0x" + Integer.toHexString(now) + ", not 0x" + Integer.toHexString(before));
            }
        });
        return differences;
    }

    /** Restores a link's features, as far as the baseline has them. What the driver refuses shows when they are read. */
    public void restore(DeviceBaseline baseline, LinkMessage link, Deadline deadline) {
        if (!areKnown(baseline)) {
            return;
        }
        withDevice(link, deadline, device -> {
            List<Word> now = words(device);
            ByteBuffer set = command(ETHTOOL_SFEATURES, now.size(), 8);
            for (int i = 0; i < now.size(); i++) {
                Integer before = baseline.segmentation().get(PREFIX + i * BITS);
                set.putInt(HEADER + i * 8, before == null ? 0 : now.get(i).changeable());
                set.putInt(HEADER + i * 8 + 4, before == null ? 0 : before);
            }
            device.accept(set);
        });
        LinkIdentity.of(link).ifPresent(lastRead::remove);
    }

    /** Empty when there is no such device or it does not support the command. */
    private static List<Word> words(Consumer<ByteBuffer> device) {
        ByteBuffer got = command(ETHTOOL_GFEATURES, MOST_WORDS, 16);
        device.accept(got);
        List<Word> words = new ArrayList<>();
        for (int i = 0; i < Math.min(got.getInt(4), MOST_WORDS); i++) {
            int block = HEADER + i * 16; // available, requested, active, never_changed
            int changeable = got.getInt(block) & ~got.getInt(block + 12);
            words.add(new Word(changeable, got.getInt(block + 4) & changeable));
        }
        return words;
    }

    private static ByteBuffer command(int number, int words, int blockSize) {
        return ByteBuffer.allocateDirect(HEADER + words * blockSize)
                .order(ByteOrder.nativeOrder())
                .putInt(0, number)
                .putInt(4, words);
    }

    /**
     * Works with the device that has the link's name, if it is that link: the ioctl accepts only a name. The device is a
     * function that answers a command in place, with no words when it is gone or does not support the command.
     */
    private void withDevice(LinkMessage link, Deadline deadline, Consumer<Consumer<ByteBuffer>> work) {
        String name = link.name();
        sessions.onHost(deadline, socket -> {
            Consumer<ByteBuffer> device = command -> {
                sessions.counter().countAcquisition();
                if (!Native.ethtool(socket.fd(), name, command)) {
                    command.putInt(4, 0);
                }
            };
            InterfaceIoctls.index(socket, name)
                    .filter(found -> found == link.index())
                    .ifPresent(found -> work.accept(device));
            return link;
        });
    }
}
