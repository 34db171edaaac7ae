package io.enim.netlink.internal.device;

import io.enim.netlink.NetlinkException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.types.size_t;

/** What ethtool(8) does to features: linux/ethtool.h over {@code SIOCETHTOOL}. */
final class EthtoolCommands {
    private static final int SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_GSTRINGS = 0x1b;
    private static final int ETHTOOL_GSSET_INFO = 0x37;
    private static final int ETHTOOL_GFEATURES = 0x3a;
    private static final int ETHTOOL_SFEATURES = 0x3b;
    private static final int ETH_SS_FEATURES = 4;
    private static final int ETH_GSTRING_LEN = 32;
    private static final int WORD = 32;

    /** The C library. */
    public interface LibC {
        int ioctl(int fd, @size_t long request, ByteBuffer argument);
    }

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(C);

    private EthtoolCommands() {}

    private static void call(int socket, String device, Pointer command) {
        ByteBuffer ifreq = ByteBuffer.allocateDirect(40).order(ByteOrder.nativeOrder());
        byte[] name = device.getBytes(StandardCharsets.UTF_8);
        ifreq.put(0, name).putLong(16, command.address());
        if (C.ioctl(socket, SIOCETHTOOL, ifreq) < 0) {
            throw new NetlinkException(
                    "ethtool 0x" + Integer.toHexString(command.getInt(0)), device, RUNTIME.getLastError(), "");
        }
    }

    private static Pointer command(int number, int size) {
        Pointer command = Memory.allocateDirect(RUNTIME, size, true);
        command.putInt(0, number);
        return command;
    }

    private static String[] names(int socket, String device) {
        Pointer info = command(ETHTOOL_GSSET_INFO, 24);
        info.putLong(8, 1L << ETH_SS_FEATURES);
        call(socket, device, info);
        int count = info.getInt(16);
        Pointer strings = command(ETHTOOL_GSTRINGS, 12 + count * ETH_GSTRING_LEN);
        strings.putInt(4, ETH_SS_FEATURES);
        strings.putInt(8, count);
        call(socket, device, strings);
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            names[i] = strings.getString(12L + (long) i * ETH_GSTRING_LEN, ETH_GSTRING_LEN, StandardCharsets.US_ASCII);
        }
        return names;
    }

    /** Each feature, with whether it is wanted and whether it is on. */
    static Map<String, String> features(int socket, String device) {
        String[] names = names(socket, device);
        int words = (names.length + WORD - 1) / WORD;
        Pointer got = command(ETHTOOL_GFEATURES, 8 + words * 16);
        got.putInt(4, words);
        call(socket, device, got);
        Map<String, String> features = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            int block = 8 + i / WORD * 16;
            boolean wanted = (got.getInt(block + 4) >>> i % WORD & 1) != 0;
            boolean active = (got.getInt(block + 8) >>> i % WORD & 1) != 0;
            features.put(names[i], (wanted ? "wanted" : "not wanted") + (active ? ", on" : ", off"));
        }
        return features;
    }

    /** Turns every feature around that can be. */
    static void invertFeatures(int socket, String device) {
        int count = names(socket, device).length;
        int words = (count + WORD - 1) / WORD;
        Pointer got = command(ETHTOOL_GFEATURES, 8 + words * 16);
        got.putInt(4, words);
        call(socket, device, got);
        Pointer set = command(ETHTOOL_SFEATURES, 8 + words * 8);
        set.putInt(4, words);
        for (int i = 0; i < words; i++) {
            int changeable = got.getInt(8 + i * 16) & ~got.getInt(8 + i * 16 + 12); // available and not never_changed
            set.putInt(8 + i * 8, changeable);
            set.putInt(8 + i * 8 + 4, ~got.getInt(8 + i * 16 + 4) & changeable);
        }
        call(socket, device, set);
    }
}
