package io.enim.netlink.internal.device;

import io.enim.Cidr;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.testbed.TestbedNamespace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;

/** A sender of router advertisements (RFC 4861) in the subnet. */
final class RogueRouter implements QuietCloseable {
    private static final int AF_INET6 = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int IPV6_MULTICAST_HOPS = 18;
    private static final int SOCKADDR_IN6_SIZE = 28;
    private static final byte ROUTER_ADVERTISEMENT = (byte) 134;

    /** The C library. */
    public interface LibC {
        long sendto(int fd, @In byte[] bytes, long length, int flags, @In byte[] address, int addressLength);
    }

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");

    private final int socket;
    private final int ifindex;

    private RogueRouter(int socket, int ifindex) {
        this.socket = socket;
        this.ifindex = ifindex;
    }

    /** A device that has a link-local address. */
    static RogueRouter on(TestbedNamespace namespace, String device) throws IOException {
        AtomicInteger socket = new AtomicInteger();
        NamespaceRunner.run(namespace, () -> {
            socket.set(Native.socket(AF_INET6, Native.SOCK_RAW, IPPROTO_ICMPV6));
            // A host ignores what may have come through a router.
            Native.setOption(socket.get(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 255);
        });
        return new RogueRouter(
                socket.get(), namespace.device(device).orElseThrow().ifindex());
    }

    /** Announces a default route, a prefix for addresses, and an MTU. */
    void announce(String prefix, int mtu) {
        byte[] advertisement = ByteBuffer.allocate(16 + 32 + 8)
                .put(ROUTER_ADVERTISEMENT)
                .put(new byte[3]) // code; the kernel fills in the checksum
                .put((byte) 64)
                .put((byte) 0)
                .putShort((short) 1800)
                .putLong(0)
                .put(new byte[] {3, 4, 64, (byte) 0xc0}) // a prefix: on-link, and for addresses
                .putInt(86_400)
                .putInt(14_400)
                .putInt(0)
                .put(Cidr.parseAddress(prefix).getAddress())
                .put(new byte[] {5, 1, 0, 0})
                .putInt(mtu)
                .array();
        byte[] allNodes = ByteBuffer.allocate(SOCKADDR_IN6_SIZE)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_INET6)
                .position(8)
                .put(Cidr.parseAddress("ff02::1").getAddress())
                .putInt(ifindex)
                .array();
        if (C.sendto(socket, advertisement, advertisement.length, 0, allNodes, allNodes.length)
                != advertisement.length) {
            throw new IllegalStateException("the advertisement was not sent");
        }
    }

    @Override
    public void close() {
        Native.close(socket);
    }
}
