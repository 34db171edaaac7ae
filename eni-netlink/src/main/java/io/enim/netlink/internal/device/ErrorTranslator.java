// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.device;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.rtnl.RouteRequests;
import io.enim.netlink.internal.wire.MalformedMessageException;
import java.util.function.Supplier;

/** Turns the kernel's refusals into the errors of the SPI, each with the next step. */
final class ErrorTranslator {
    private ErrorTranslator() {}

    static <T> T translate(Supplier<T> call) {
        try {
            return call.get();
        } catch (NetlinkException e) {
            throw translate(e);
        } catch (MalformedMessageException e) {
            String text = String.valueOf(e.getMessage());
            throw new DeviceException(Kind.KERNEL, "read the kernel's answer", "", "", text, e);
        }
    }

    private static DeviceException translate(NetlinkException e) {
        return switch (e.errnoName()) {
            case "EEXIST" ->
                e.operation().startsWith(RouteRequests.ADD)
                        ? translate(
                                Kind.KERNEL,
                                e,
                                "another device of the namespace has this route; leave it out, and a default route with"
                                        + " defaultRoute: false")
                        : translate(Kind.NAME_TAKEN, e, "free the name or choose another");
            case "ENODEV" -> translate(Kind.NOT_FOUND, e, "the device no longer exists there; find it again");
            case "ETIMEDOUT" -> translate(Kind.TIMEOUT, e, "find out where the device is before repeating");
            case "EBADF" -> translate(Kind.NAMESPACE_GONE, e, "open the namespace again");
            case "EPERM" -> translate(Kind.KERNEL, e, "CAP_NET_ADMIN and CAP_SYS_ADMIN are needed in both namespaces");
            default -> translate(Kind.KERNEL, e, e.kernelText().isEmpty() ? "the kernel gave no reason" : "");
        };
    }

    private static DeviceException translate(Kind kind, NetlinkException e, String nextStep) {
        String separator = e.kernelText().isEmpty() || nextStep.isEmpty() ? "" : "; ";
        String text = e.kernelText() + separator + nextStep;
        return new DeviceException(kind, e.operation(), e.device(), e.errnoName(), text, e);
    }
}
