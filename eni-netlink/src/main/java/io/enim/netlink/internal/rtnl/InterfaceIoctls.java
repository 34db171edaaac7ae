// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.rtnl;

import io.enim.MacAddress;
import io.enim.netlink.internal.identity.LinkIdentity;
import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.Native;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one device by name, in the namespace of the socket, with ioctls that take no RTNL (linux/sockios.h). */
public final class InterfaceIoctls {
    private static final int UNION = 16;
    private static final int SOCKADDR_DATA = UNION + 2;

    private InterfaceIoctls() {}

    /** The index of the device that has this name or alternative name. */
    public static Optional<Integer> index(NetlinkSocket socket, String name) {
        ByteBuffer ifreq = ask(socket, Native.SIOCGIFINDEX, name);
        return ifreq == null ? Optional.empty() : Optional.of(ifreq.getInt(UNION));
    }

    /** The current MAC; empty when there is no such device or it has no usable one. */
    public static Optional<MacAddress> mac(NetlinkSocket socket, String name) {
        ByteBuffer ifreq = ask(socket, Native.SIOCGIFHWADDR, name);
        if (ifreq == null) {
            return Optional.empty();
        }
        byte[] octets = new byte[6];
        ifreq.get(SOCKADDR_DATA, octets);
        return LinkIdentity.mac(Optional.of(octets));
    }

    /** The lower 16 of the device's {@code IFF_} flags; 0 when there is no such device. */
    public static int flags(NetlinkSocket socket, String name) {
        ByteBuffer ifreq = ask(socket, Native.SIOCGIFFLAGS, name);
        return ifreq == null ? 0 : Short.toUnsignedInt(ifreq.getShort(UNION));
    }

    private static @Nullable ByteBuffer ask(NetlinkSocket socket, int request, String name) {
        return Native.interfaceRequest(socket.fd(), request, name);
    }
}
