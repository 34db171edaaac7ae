package io.enim.netlink.internal.device;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What ethtool(8) does to features: linux/ethtool.h over {@code SIOCETHTOOL}. */
final class EthtoolCommands {
    private static final int ETHTOOL_GSTRINGS = 0x1b;
    private static final int ETHTOOL_GSSET_INFO = 0x37;
    private static final int ETHTOOL_GFEATURES = 0x3a;
    private static final int ETHTOOL_SFEATURES = 0x3b;
    private static final int ETH_SS_FEATURES = 4;
    private static final int ETH_GSTRING_LEN = 32;
    private static final int WORD = 32;

    private EthtoolCommands() {}

    private static ByteBuffer call(int socket, String device, ByteBuffer command) {
        if (!Native.ethtool(socket, device, command)) {
            throw new NetlinkException("ethtool 0x" + Integer.toHexString(command.getInt(0)), device, Errno.ENODEV, "");
        }
        return command;
    }

    private static ByteBuffer command(int number, int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()).putInt(0, number);
    }

    private static List<String> names(int socket, String device) {
        ByteBuffer info = command(ETHTOOL_GSSET_INFO, 24).putLong(8, 1L << ETH_SS_FEATURES);
        int count = call(socket, device, info).getInt(16);
        ByteBuffer strings = command(ETHTOOL_GSTRINGS, 12 + count * ETH_GSTRING_LEN);
        call(socket, device, strings.putInt(4, ETH_SS_FEATURES).putInt(8, count));
        List<String> names = new ArrayList<>();
        byte[] name = new byte[ETH_GSTRING_LEN];
        for (int i = 0; i < count; i++) {
            strings.get(12 + i * ETH_GSTRING_LEN, name);
            names.add(new String(name, StandardCharsets.US_ASCII).trim());
        }
        return names;
    }

    /** The answer for so many features: available, requested, active and never_changed, for each word of them. */
    private static ByteBuffer get(int socket, String device, int features) {
        int words = (features + WORD - 1) / WORD;
        return call(socket, device, command(ETHTOOL_GFEATURES, 8 + words * 16).putInt(4, words));
    }

    /** Each feature, with whether it is wanted and whether it is on. */
    static Map<String, String> features(int socket, String device) {
        List<String> names = names(socket, device);
        ByteBuffer got = get(socket, device, names.size());
        Map<String, String> features = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            int block = 8 + i / WORD * 16;
            boolean wanted = (got.getInt(block + 4) >>> i % WORD & 1) != 0;
            boolean active = (got.getInt(block + 8) >>> i % WORD & 1) != 0;
            features.put(names.get(i), (wanted ? "wanted" : "not wanted") + (active ? ", on" : ", off"));
        }
        return features;
    }

    /** Inverts every feature of a device that can be changed. */
    static NetlinkSocket invertFeatures(NetlinkSocket namespace, String device) {
        int socket = namespace.fd();
        ByteBuffer got = get(socket, device, names(socket, device).size());
        int words = got.getInt(4);
        ByteBuffer set = command(ETHTOOL_SFEATURES, 8 + words * 8).putInt(4, words);
        for (int i = 0; i < words; i++) {
            int changeable = got.getInt(8 + i * 16) & ~got.getInt(8 + i * 16 + 12); // available and not never_changed
            set.putInt(8 + i * 8, changeable);
            set.putInt(8 + i * 8 + 4, ~got.getInt(8 + i * 16 + 4) & changeable);
        }
        call(socket, device, set);
        return namespace;
    }
}
