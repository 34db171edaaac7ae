// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.start;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * The floor of a first ADD: a JVM that loads jnr-ffi, moves one device with the messages of {@code native/move.c}, and
 * does nothing else.
 *
 * <p>Arguments: the device and the namespace. It prints {@code answered} and waits for the end of standard input.
 */
final class FirstMove {
    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NLMSG_ERROR = 2;
    private static final int IFF_UP = 1;

    private static final int REQUEST = 1;
    private static final int ACK = REQUEST | 4;
    private static final int REPLACE = ACK | 0x500;
    private static final int EXCLUSIVE = ACK | 0x600;

    private final LibC c = LibraryLoader.create(LibC.class).load("c");
    private final ByteBuffer batch = ByteBuffer.allocateDirect(512).order(ByteOrder.nativeOrder());
    private final ByteBuffer answer = ByteBuffer.allocateDirect(16384).order(ByteOrder.nativeOrder());
    private int start;
    private int requests;

    /** What moving a device takes of the C library; public because jnr implements it in another class loader. */
    public interface LibC {
        int open(@In String path, int flags);

        int socket(int domain, int type, int protocol);

        int setns(int fd, int type);

        int if_nametoindex(@In String name);

        long send(int fd, @In ByteBuffer bytes, long length, int flags);

        long recv(int fd, @Out ByteBuffer bytes, long length, int flags);
    }

    public static void main(String... arguments) throws IOException {
        new FirstMove().move(arguments[0], arguments[1]);
        System.out.println("answered");
        while (System.in.read() >= 0) {
            // Until the parent has measured.
        }
    }

    private void move(String device, String path) {
        int host = c.open("/proc/thread-self/ns/net", CLOSE_ON_EXEC);
        int netns = c.open(path, CLOSE_ON_EXEC);
        c.setns(netns, CLONE_NEWNET);
        int inside = netlink();
        c.setns(host, CLONE_NEWNET);
        int outside = netlink();
        int index = c.if_nametoindex(device);
        begin(18, REQUEST, 0, index, 0, 0); // RTM_GETLINK
        attribute(29, number(1 << 3)); // IFLA_EXT_MASK, without statistics
        transact(outside);
        begin(19, ACK, 0, index, IFF_UP, IFF_UP); // RTM_SETLINK
        attribute(28, number(netns)); // IFLA_NET_NS_FD
        attribute(49, number(index)); // IFLA_NEW_IFINDEX
        attribute(3, text("eth0")); // IFLA_IFNAME
        attribute(20, text(device)); // IFLA_IFALIAS
        transact(outside);
        begin(20, REPLACE, 24 << 8 | 2, index); // RTM_NEWADDR, /24 of IPv4
        attribute(2, new byte[] {(byte) 192, 0, 2, 7}); // IFA_LOCAL
        attribute(1, new byte[] {(byte) 192, 0, 2, 7}); // IFA_ADDRESS
        begin(24, EXCLUSIVE, 2, 1 << 24 | 4 << 8 | 254, 0); // RTM_NEWROUTE, unicast, static, of the main table
        attribute(5, new byte[] {(byte) 192, 0, 2, 1}); // RTA_GATEWAY
        attribute(4, number(index)); // RTA_OIF
        transact(inside);
    }

    private int netlink() {
        return c.socket(AF_NETLINK, SOCK_RAW | CLOSE_ON_EXEC, 0);
    }

    private void begin(int type, int flags, int... header) {
        start = batch.position();
        batch.putInt(0).putShort((short) type).putShort((short) flags).putInt(++requests);
        batch.putInt(0);
        Arrays.stream(header).forEach(batch::putInt);
    }

    private void attribute(int type, byte[] value) {
        int end = batch.position() + (4 + value.length + 3 & ~3);
        batch.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        batch.position(end).putInt(start, end - start);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    private static byte[] text(String value) {
        return (value + "\0").getBytes(US_ASCII);
    }

    /** Sends the batch, and waits for the answer to each request. */
    private void transact(int socket) {
        c.send(socket, batch.duplicate().clear(), batch.position(), 0);
        while (requests > 0) {
            long received = c.recv(socket, answer.duplicate().clear(), answer.capacity(), 0);
            if (received < 0 || answer.getShort(4) == NLMSG_ERROR && answer.getInt(16) != 0) {
                throw new IllegalStateException("netlink refuses the move: " + answer.getInt(16));
            }
            for (int at = 0; at < received; at += answer.getInt(at) + 3 & ~3) {
                requests--;
            }
        }
        batch.clear();
    }
}
