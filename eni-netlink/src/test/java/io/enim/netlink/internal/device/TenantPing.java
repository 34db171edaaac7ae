package io.enim.netlink.internal.device;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.sys.Native;
import java.net.Inet6Address;
import java.net.InetAddress;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Echo requests of both families from the calling thread's namespace. The JDK's own know no IPv6 where no address of it was
 * present when the JVM started.
 */
final class TenantPing {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW = 3;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SECONDS = 5;
    private static final int MOST = 256;
    private static final byte[] REQUEST = {8, 0, 0, 0, 0x45, 0x4e, 0, 1};
    private static final byte[] REQUEST_V6 = {(byte) 128, 0, 0, 0, 0x45, 0x4e, 0, 1};
    private static final int REPLY = 0;
    private static final int REPLY_V6 = 129;

    /** The C library. */
    public interface LibC {
        int socket(int domain, int type, int protocol);

        int setsockopt(int fd, int level, int option, Pointer value, int length);

        long sendto(int fd, Pointer bytes, long length, int flags, Pointer address, int addressLength);

        long recv(int fd, Pointer bytes, long length, int flags);
    }

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(C);

    private TenantPing() {}

    /** Whether one echo request is answered within seconds. */
    static boolean isAnswered(InetAddress target) {
        boolean isV6 = target instanceof Inet6Address;
        int fd = C.socket(isV6 ? AF_INET6 : AF_INET, SOCK_RAW, isV6 ? ICMPV6 : ICMP);
        require("open a socket for", target, fd);
        try {
            Pointer timeout = Memory.allocateDirect(RUNTIME, 16, true);
            timeout.putLong(0, SECONDS);
            C.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout, 16);
            send(fd, target, isV6 ? REQUEST_V6 : withChecksum(REQUEST));
            return hears(fd, isV6 ? REPLY_V6 : REPLY, isV6);
        } finally {
            Native.close(fd);
        }
    }

    private static void send(int fd, InetAddress target, byte[] request) {
        Pointer bytes = Memory.allocateDirect(RUNTIME, request.length, true);
        bytes.put(0, request, 0, request.length);
        byte[] octets = target.getAddress();
        // struct sockaddr_in and sockaddr_in6: the address is behind the port, or behind that and the flow.
        int length = octets.length == 4 ? 16 : 28;
        Pointer address = Memory.allocateDirect(RUNTIME, length, true);
        address.putShort(0, (short) (octets.length == 4 ? AF_INET : AF_INET6));
        address.put(octets.length == 4 ? 4 : 8, octets, 0, octets.length);
        require("send an echo request to", target, C.sendto(fd, bytes, request.length, 0, address, length));
    }

    private static boolean hears(int fd, int reply, boolean isV6) {
        Pointer answer = Memory.allocateDirect(RUNTIME, MOST, true);
        // Other messages reach a raw socket too; each is one of the few that a new namespace hears.
        for (int i = 0; i < MOST && C.recv(fd, answer, MOST, 0) >= 0; i++) {
            int header = isV6 ? 0 : (answer.getByte(0) & 0xf) * 4;
            if ((answer.getByte(header) & 0xff) == reply && answer.getByte(header + 4) == 0x45) {
                return true;
            }
        }
        return false;
    }

    private static byte[] withChecksum(byte[] request) {
        int sum = 0;
        for (int i = 0; i < request.length; i += 2) {
            sum += (request[i] & 0xff) << 8 | request[i + 1] & 0xff;
        }
        sum = ~((sum & 0xffff) + (sum >> 16));
        byte[] complete = request.clone();
        complete[2] = (byte) (sum >> 8);
        complete[3] = (byte) sum;
        return complete;
    }

    private static void require(String operation, InetAddress target, long result) {
        if (result < 0) {
            throw new NetlinkException(operation, target.getHostAddress(), RUNTIME.getLastError(), "");
        }
    }
}
