package io.enim.netlink;

import org.jspecify.annotations.Nullable;

/**
 * The kernel refused, failed or did not answer. Carries what was asked, of which device or path, the errno and the
 * kernel's own text where it gave one.
 */
public final class NetlinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final String device;
    private final int errno;
    private final String kernelText;

    public NetlinkException(String operation, String device, int errno, String kernelText) {
        this(operation, device, errno, kernelText, null);
    }

    public NetlinkException(String operation, String device, Errno errno, String kernelText) {
        this(operation, device, errno.number(), kernelText, null);
    }

    public NetlinkException(String operation, String device, int errno, String kernelText, @Nullable Throwable cause) {
        super(message(operation, device, errno, kernelText), cause);
        this.operation = operation;
        this.device = device;
        this.errno = errno;
        this.kernelText = kernelText;
    }

    private static String message(String operation, String device, int errno, String kernelText) {
        return operation
                + (device.isEmpty() ? "" : " " + device)
                + ": "
                + Errno.name(errno)
                + (kernelText.isEmpty() ? "" : " (" + kernelText + ")");
    }

    /** What was asked. */
    public String operation() {
        return operation;
    }

    /** The device, path or address it was asked of; empty when of none. */
    public String device() {
        return device;
    }

    /** The positive errno; {@code ETIMEDOUT} (110) when the deadline passed without an answer. */
    public int errno() {
        return errno;
    }

    /** The errno's name, like {@code EEXIST}. */
    public String errnoName() {
        return Errno.name(errno);
    }

    /** The kernel's own text from its extended answer; empty when it gave none. */
    public String kernelText() {
        return kernelText;
    }

    public boolean is(Errno expected) {
        return expected.is(errno);
    }
}
