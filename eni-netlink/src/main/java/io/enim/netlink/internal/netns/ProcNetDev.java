// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.netns;

import io.enim.netlink.internal.sys.KernelText;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.sys.QuietCloseable;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The names of the devices in a namespace, read from procfs, which takes no RTNL. The file shows the namespace of
 * the thread that opened it; after that any thread can read it, as it is at that moment. Keeps the namespace alive, like
 * a socket in it. Used by one thread at a time.
 */
public final class ProcNetDev implements QuietCloseable {
    /** Shows the namespace of the thread that opens it. */
    private static final String FILE = "/proc/thread-self/net/dev";

    public static final String LOOPBACK = "lo";
    private static final int HEADER_LINES = 2;

    private final int fd;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ProcNetDev(int fd) {
        this.fd = fd;
    }

    /** Opens the table of the calling thread's namespace. */
    static ProcNetDev open() {
        return new ProcNetDev(Native.open(FILE, Native.O_RDONLY));
    }

    /** The current names, except loopback's. */
    public List<String> names() {
        byte[] table = Native.readFromStart(fd);
        return names(KernelText.decode(table, table.length));
    }

    /** The names in a table, padded with spaces. A name has no colon and no white space, but may have control characters. */
    static List<String> names(String table) {
        return table.lines()
                .skip(HEADER_LINES)
                .map(line -> line.substring(0, Math.max(0, line.indexOf(':'))).replace(" ", ""))
                .filter(name -> !name.isEmpty() && !name.equals(LOOPBACK))
                .toList();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Native.close(fd);
        }
    }
}
