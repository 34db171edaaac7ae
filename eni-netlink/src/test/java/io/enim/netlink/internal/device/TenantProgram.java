package io.enim.netlink.internal.device;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.internal.wire.Attributes;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A BPF program of two instructions, written by hand, which drops all: {@code return XDP_DROP} or {@code TC_ACT_SHOT}. */
enum TenantProgram {
    XDP(6, 1, 37, 2), // BPF_XDP, XDP_FLAGS_SKB_MODE
    TCX_INGRESS(3, 2, 46, 0),
    TCX_EGRESS(3, 2, 47, 0);

    private static final int SYS_BPF = System.getProperty("os.arch").equals("aarch64") ? 280 : 321;
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_ATTACH = 8;
    private static final int BPF_LINK_CREATE = 28;

    /** The C library. */
    public interface LibC {
        long syscall(long number, int command, Pointer attributes, int size);
    }

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(C);

    private final int type;
    private final int verdict;
    private final int hook;
    private final int linkFlags;

    TenantProgram(int type, int verdict, int hook, int linkFlags) {
        this.type = type;
        this.verdict = verdict;
        this.hook = hook;
        this.linkFlags = linkFlags;
    }

    /** Attaches it to a device, where it stays when its process has ended. */
    void attach(TestbedNamespace namespace, String device) {
        withProgram(program -> {
            if (this == XDP) {
                Attributes.Builder xdp = Attributes.builder().u32(LinkMessage.IFLA_XDP_FD, program);
                Attributes attached = xdp.u32(3, linkFlags).build();
                Attributes.Builder link = Attributes.builder().nested(LinkMessage.IFLA_XDP, attached);
                TestbedInternals.set(namespace, device, "attach XDP to", link);
                return 0;
            }
            Pointer attach = attributes(ifindex(namespace, device), program, hook);
            return inside(namespace, BPF_PROG_ATTACH, attach);
        });
    }

    /** Attaches it by a BPF link, which a process of the tenant holds until the result is closed. */
    QuietCloseable link(TestbedNamespace namespace, String device) {
        int link = withProgram(program -> {
            Pointer create = attributes(program, ifindex(namespace, device), hook);
            create.putInt(12, linkFlags);
            return inside(namespace, BPF_LINK_CREATE, create);
        });
        return () -> Native.close(link);
    }

    private int withProgram(IntUnaryOperator work) {
        Pointer instructions = Memory.allocateDirect(RUNTIME, 16, true);
        instructions.putLong(0, (long) verdict << 32 | 0xb7); // r0 = verdict
        instructions.putLong(8, 0x95); // exit
        Pointer license = Memory.allocateDirect(RUNTIME, 8, true);
        license.putString(0, "GPL", 8, StandardCharsets.US_ASCII);
        Pointer load = attributes(type, 2, 0);
        load.putLong(8, instructions.address());
        load.putLong(16, license.address());
        int program = bpf(BPF_PROG_LOAD, load);
        try {
            return work.applyAsInt(program);
        } finally {
            Native.close(program);
        }
    }

    private static Pointer attributes(int first, int second, int third) {
        Pointer attributes = Memory.allocateDirect(RUNTIME, 64, true);
        attributes.putInt(0, first);
        attributes.putInt(4, second);
        attributes.putInt(8, third);
        return attributes;
    }

    private static int ifindex(TestbedNamespace namespace, String device) {
        return namespace.device(device).orElseThrow().ifindex();
    }

    /** The kernel takes a device's index to be one of the calling thread's namespace. */
    private int inside(TestbedNamespace namespace, int command, Pointer attributes) {
        AtomicInteger result = new AtomicInteger();
        try {
            NamespaceRunner.run(namespace, () -> result.set(bpf(command, attributes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return result.get();
    }

    private int bpf(int command, Pointer attributes) {
        int result = (int) C.syscall(SYS_BPF, command, attributes, 64);
        if (result < 0) {
            throw new NetlinkException("bpf command " + command + " for", name(), RUNTIME.getLastError(), "");
        }
        return result;
    }
}
