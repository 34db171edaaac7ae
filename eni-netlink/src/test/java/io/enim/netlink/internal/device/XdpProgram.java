package io.enim.netlink.internal.device;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import java.nio.charset.StandardCharsets;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** An XDP program of two instructions, written by hand: {@code return XDP_DROP}. */
final class XdpProgram {
    private static final int SYS_BPF = 321; // x86-64
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_TYPE_XDP = 6;
    private static final int XDP_FLAGS_SKB_MODE = 2;

    /** The C library. */
    public interface LibC {
        long syscall(long number, int command, Pointer attributes, int size);
    }

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(C);

    private XdpProgram() {}

    static void attach(TestbedNamespace namespace, String device) {
        Pointer instructions = Memory.allocateDirect(RUNTIME, 16, true);
        instructions.putLong(0, 0x1_0000_00b7L); // r0 = XDP_DROP
        instructions.putLong(8, 0x95); // exit
        Pointer license = Memory.allocateDirect(RUNTIME, 8, true);
        license.putString(0, "GPL", 8, StandardCharsets.US_ASCII);
        Pointer load = Memory.allocateDirect(RUNTIME, 64, true);
        load.putInt(0, BPF_PROG_TYPE_XDP);
        load.putInt(4, 2);
        load.putLong(8, instructions.address());
        load.putLong(16, license.address());
        long program = C.syscall(SYS_BPF, BPF_PROG_LOAD, load, 64);
        if (program < 0) {
            throw new NetlinkException("load an XDP program for", device, RUNTIME.getLastError(), "");
        }
        try {
            Attributes.Builder xdp = Attributes.builder().u32(LinkMessage.IFLA_XDP_FD, (int) program);
            Attributes attached = xdp.u32(3, XDP_FLAGS_SKB_MODE).build();
            TestbedInternals.set(
                    namespace, device, "attach XDP to", Attributes.builder().nested(LinkMessage.IFLA_XDP, attached));
        } finally {
            Native.close((int) program);
        }
    }
}
