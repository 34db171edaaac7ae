// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.log.SafeLogger;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.sys.Native;
import io.enim.netlink.internal.sys.QuietCloseable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns router advertisements off for the device that is moved into a sandbox: a sender of them in its subnet would give it
 * another address, a second default route and another MTU. Used by one thread.
 *
 * <p>A device's own settings end with a move, and it begins in the sandbox with the sandbox's defaults; when it is moved, named
 * and brought up in one message, there is no moment for setting its own. So the defaults are off during that message and
 * are set back after it. In between, devices that others add to the sandbox begin with them off too.
 */
final class RouterAdvertisements implements QuietCloseable {
    private static final SafeLogger LOG = SafeLogger.of(RouterAdvertisements.class);
    private static final String[] SETTINGS = {
        "/proc/sys/net/ipv6/conf/default/accept_ra", "/proc/sys/net/ipv6/conf/default/autoconf"
    };
    private static final byte[] OFF = {'0'};
    private static final Duration RESTORE_TIMEOUT = Duration.ofSeconds(5);

    private final Sandbox sandbox;
    private final Map<String, byte[]> before;

    private RouterAdvertisements(Sandbox sandbox, Map<String, byte[]> before) {
        this.sandbox = sandbox;
        this.before = before;
    }

    static RouterAdvertisements turnOff(Sandbox sandbox, Deadline deadline) {
        // /proc/sys/net shows the namespace of the thread that opens it.
        return new RouterAdvertisements(sandbox, sandbox.callInside(deadline, RouterAdvertisements::turnOffInside));
    }

    private static Map<String, byte[]> turnOffInside() {
        Map<String, byte[]> before = new TreeMap<>();
        for (String setting : SETTINGS) {
            try {
                byte[] value = Native.readFile(setting);
                if (!Arrays.equals(value, new byte[] {'0', '\n'})) {
                    Native.writeFile(setting, OFF);
                    before.put(setting, value);
                }
            } catch (NetlinkException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
                // The kernel runs without IPv6.
            }
        }
        return before;
    }

    @Override
    public void close() {
        if (before.isEmpty()) {
            return;
        }
        try {
            sandbox.callInside(Deadline.after(RESTORE_TIMEOUT), () -> {
                before.forEach(Native::writeFile);
                return true;
            });
        } catch (NetlinkException e) {
            LOG.warn(
                    "{} of {} stay 0: devices that others add there ignore router advertisements",
                    before.keySet(),
                    sandbox.path(),
                    e);
        }
    }
}
