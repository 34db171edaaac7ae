// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/**
 * A socket to systemd, for datagrams that sd_notify(3) describes; the JDK has none for datagrams. Its address is a path, or
 * after an {@code @} a name in the abstract namespace. Lives as long as the process. Never blocks. Not thread-safe.
 */
final class NotifySocket {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
    /** {@code sizeof(sun_path)} in linux/un.h. */
    private static final int LONGEST_PATH = 108;

    /** The C library; public because jnr implements it in another class loader. */
    public interface LibC {
        int socket(int domain, int type, int protocol);

        @ssize_t
        long sendto(
                int fd,
                @In ByteBuffer bytes,
                @size_t long length,
                int flags,
                @In ByteBuffer address,
                int addressLength);
    }

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");

    private final String name;
    private final ByteBuffer address;
    private final int fd;

    /**
     * Opens one; nothing is sent yet.
     *
     * @throws IOException the address is none, or the kernel refuses
     */
    NotifySocket(String name) throws IOException {
        this.name = name;
        this.address = address(name);
        this.fd = C.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        if (fd < 0) {
            throw failure("socket");
        }
    }

    /** {@code struct sockaddr_un}: the family, and the path or, after a zero, the abstract name. */
    private static ByteBuffer address(String name) throws IOException {
        byte[] path = name.getBytes(UTF_8);
        boolean isAbstract = name.startsWith("@");
        if (path.length < 2 || path.length > LONGEST_PATH || !isAbstract && !name.startsWith("/")) {
            throw new IOException("'" + name + "' is no address of a socket: at most " + LONGEST_PATH
                    + " bytes that begin with / or @");
        }
        if (isAbstract) {
            path[0] = 0;
        }
        return ByteBuffer.allocateDirect(Short.BYTES + path.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(path)
                .flip();
    }

    /** Sends assignments, each in a line, as one datagram. */
    void send(String assignments) throws IOException {
        byte[] text = assignments.getBytes(UTF_8);
        ByteBuffer datagram = ByteBuffer.allocateDirect(text.length).put(text).flip();
        try {
            if (C.sendto(fd, datagram, text.length, MSG_DONTWAIT_NOSIGNAL, address, address.limit()) < 0) {
                throw failure("sendto");
            }
        } finally {
            Reference.reachabilityFence(datagram);
        }
    }

    private IOException failure(String call) {
        return new IOException(
                call + " " + name + ": errno " + Runtime.getRuntime(C).getLastError());
    }
}
