package io.enim.netlink.internal.device;

import io.enim.DeviceException;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.internal.wire.MalformedMessageException;
import java.util.function.Supplier;

/** Turns the kernel's refusals into the errors of the device contract. */
final class ErrorTranslator {
    private ErrorTranslator() {}

    /** Runs the work; a refusal comes out as a {@link DeviceException}. */
    static <T> T translate(Supplier<T> work) {
        try {
            return work.get();
        } catch (NetlinkException e) {
            throw of(e);
        } catch (MalformedMessageException e) {
            throw new DeviceException(
                    DeviceException.Kind.KERNEL, "read the kernel's answer", "", "", String.valueOf(e.getMessage()), e);
        }
    }

    static DeviceException of(NetlinkException e) {
        DeviceException.Kind kind = kind(e);
        return new DeviceException(
                kind, e.operation(), e.device(), e.errnoName(), e.kernelText() + nextStep(kind, e), e);
    }

    private static DeviceException.Kind kind(NetlinkException e) {
        if (e.is(Errno.EEXIST)) {
            return DeviceException.Kind.NAME_TAKEN;
        }
        if (e.is(Errno.ENODEV)) {
            return DeviceException.Kind.NOT_FOUND;
        }
        if (e.is(Errno.ETIMEDOUT)) {
            return DeviceException.Kind.TIMEOUT;
        }
        if (e.is(Errno.EBADF)) {
            return DeviceException.Kind.NAMESPACE_GONE;
        }
        return DeviceException.Kind.KERNEL;
    }

    private static String nextStep(DeviceException.Kind kind, NetlinkException e) {
        String separator = e.kernelText().isEmpty() ? "" : "; ";
        return switch (kind) {
            case NAME_TAKEN -> separator + "free the name or choose another";
            case NOT_FOUND -> separator + "the device is not there any more; look for it again";
            case TIMEOUT -> separator + "look where the device is before repeating";
            case NAMESPACE_GONE -> separator + "open the namespace again";
            default ->
                e.is(Errno.EPERM)
                        ? separator + "CAP_NET_ADMIN and CAP_SYS_ADMIN are needed in both namespaces"
                        : separator.isEmpty() ? "the kernel gave no reason" : "";
        };
    }
}
