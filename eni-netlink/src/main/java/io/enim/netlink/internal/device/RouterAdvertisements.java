// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.log.SafeLogger;
import io.enim.netlink.internal.netns.NamespaceSetting;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.sys.QuietCloseable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

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
    private static final byte[] OFF = {'0'};
    private static final byte[] IS_OFF = {'0', '\n'};

    private final Path sandbox;
    private final Map<NamespaceSetting, byte[]> before = new LinkedHashMap<>();

    private RouterAdvertisements(Path sandbox) {
        this.sandbox = sandbox;
    }

    /** Until it is closed, which also undoes what an error leaves in the middle. */
    static RouterAdvertisements turnOff(Path sandbox, Sandbox.Handles inside) {
        RouterAdvertisements off = new RouterAdvertisements(sandbox);
        try {
            inside.routerAdvertisements().forEach(off::turnOff);
            return off;
        } catch (RuntimeException | Error e) {
            off.close();
            throw e;
        }
    }

    /** Empty: the kernel runs without IPv6. */
    private void turnOff(NamespaceSetting setting) {
        setting.read().filter(value -> !Arrays.equals(value, IS_OFF)).ifPresent(value -> {
            setting.write(OFF);
            before.put(setting, value);
        });
    }

    @Override
    public void close() {
        before.forEach((setting, value) -> {
            try {
                setting.write(value);
            } catch (NetlinkException e) {
                LOG.warn(
                        "{} of {} stays 0: devices that others add there ignore router advertisements",
                        setting.path(),
                        sandbox,
                        e);
            }
        });
    }
}
