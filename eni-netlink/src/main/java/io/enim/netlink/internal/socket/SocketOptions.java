// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.socket;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.log.SafeLogger;
import io.enim.netlink.internal.sys.Native;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sets options of netlink sockets: {@code setsockopt(2)}, or a test's kernel that lacks some. */
@FunctionalInterface
public interface SocketOptions {
    SocketOptions KERNEL = Native::setOption;

    void set(int fd, int level, int option, int value);

    /** Sets the options of a socket for requests. Those that a kernel lacks are done without, and said once. */
    default void setForRequests(int fd) {
        set(fd, Native.SOL_NETLINK, Native.NETLINK_CAP_ACK, 1);
        for (Newer option : Newer.values()) {
            try {
                set(fd, Native.SOL_NETLINK, option.number, 1);
            } catch (NetlinkException e) {
                if (!e.is(Errno.ENOPROTOOPT)) {
                    throw e;
                }
                option.warn();
            }
        }
    }

    /** What an older kernel lacks. */
    enum Newer {
        NETLINK_EXT_ACK(Native.NETLINK_EXT_ACK, "4.12", "its refusals come without a text"),
        NETLINK_GET_STRICT_CHK(
                Native.NETLINK_GET_STRICT_CHK,
                "4.20",
                "it answers with all addresses and routes where those of one device are asked for, which costs time");

        private static final SafeLogger LOG = SafeLogger.of(SocketOptions.class);
        private static final Set<Newer> SAID = ConcurrentHashMap.newKeySet();

        private final int number;
        private final String since;
        private final String effect;

        Newer(int number, String since, String effect) {
            this.number = number;
            this.since = since;
            this.effect = effect;
        }

        private void warn() {
            if (SAID.add(this)) {
                LOG.warn("this kernel has no {}, which Linux {} brought: {}", this, since, effect);
            }
        }
    }
}
