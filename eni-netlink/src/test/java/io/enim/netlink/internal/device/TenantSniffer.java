package io.enim.netlink.internal.device;

import io.enim.MacAddress;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.testbed.TestbedNamespace;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** A packet socket of a process that outlives its pod: it hears every frame of a namespace, in both directions. */
final class TenantSniffer implements QuietCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW_NONBLOCK = 0x803;
    private static final int ETH_P_ALL = 0x0300; // in network order
    private static final int EAGAIN = 11;
    private static final int ADDRESSES = 12;

    /** The C library. */
    public interface LibC {
        int socket(int domain, int type, int protocol);

        long recv(int fd, Pointer bytes, long length, int flags);
    }

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(C);

    private final int fd;

    private TenantSniffer(int fd) {
        this.fd = fd;
    }

    static TenantSniffer in(TestbedNamespace namespace) throws IOException {
        AtomicInteger fd = new AtomicInteger();
        NamespaceRunner.run(namespace, () -> fd.set(C.socket(AF_PACKET, SOCK_RAW_NONBLOCK, ETH_P_ALL)));
        if (fd.get() < 0) {
            throw new NetlinkException("open a packet socket in", namespace.path() + "", RUNTIME.getLastError(), "");
        }
        return new TenantSniffer(fd.get());
    }

    /** How many frames to or from this MAC it heard since the last call. */
    int heard(MacAddress mac) {
        Pointer frame = Memory.allocateDirect(RUNTIME, ADDRESSES, true);
        byte[] octets = mac.toBytes();
        byte[] addresses = new byte[ADDRESSES];
        int heard = 0;
        while (true) {
            if (C.recv(fd, frame, ADDRESSES, 0) < 0) {
                if (RUNTIME.getLastError() == EAGAIN) {
                    return heard;
                }
                continue; // ENETDOWN, told once when a device went down or away
            }
            frame.get(0, addresses, 0, ADDRESSES);
            boolean isOfMac =
                    Arrays.equals(addresses, 0, 6, octets, 0, 6) || Arrays.equals(addresses, 6, 12, octets, 0, 6);
            heard += isOfMac ? 1 : 0;
        }
    }

    @Override
    public void close() {
        Native.close(fd);
    }
}
