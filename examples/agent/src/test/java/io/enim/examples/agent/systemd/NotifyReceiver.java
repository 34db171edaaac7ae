package io.enim.examples.agent.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** systemd's end of the socket: a real one, bound to a path or, after an @, to an abstract name. Not thread-safe. */
public final class NotifyReceiver implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT = 0x40;

    /** Public because jnr implements it in another class loader. */
    public interface LibC {
        int socket(int domain, int type, int protocol);

        int bind(int fd, @In ByteBuffer address, int length);

        @ssize_t
        long recv(int fd, @Out ByteBuffer bytes, @size_t long length, int flags);

        int close(int fd);
    }

    private static final LibC C = LibraryLoader.create(LibC.class).load("c");

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    private final int fd;

    public NotifyReceiver(String name) {
        fd = C.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        byte[] path = name.getBytes(UTF_8);
        if (name.startsWith("@")) {
            path[0] = 0;
        }
        ByteBuffer address = ByteBuffer.allocateDirect(Short.BYTES + path.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_UNIX)
                .put(path)
                .flip();
        int bound = C.bind(fd, address, address.limit());
        Reference.reachabilityFence(address);
        if (bound < 0) {
            throw new IllegalStateException(
                    "bind " + name + ": errno " + Runtime.getRuntime(C).getLastError());
        }
    }

    /** The next datagram, if one has arrived. */
    public Optional<String> poll() {
        long length = C.recv(fd, buffer.clear(), buffer.capacity(), MSG_DONTWAIT);
        if (length < 0) {
            return Optional.empty();
        }
        byte[] text = new byte[(int) length];
        buffer.clear().get(text);
        return Optional.of(new String(text, UTF_8));
    }

    @Override
    public void close() {
        C.close(fd);
    }
}
