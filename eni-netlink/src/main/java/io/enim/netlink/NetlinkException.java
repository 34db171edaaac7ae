// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink;

import io.enim.PrintableText;
import org.jspecify.annotations.Nullable;

/**
 * The kernel refused a request, failed or did not answer. Carries the request, its device or path, the errno and the
 * kernel's own text where it sent one, each {@linkplain PrintableText printable}.
 */
public final class NetlinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final String device;
    private final int errno;
    private final String kernelText;

    /**
     * A failure with an errno as the kernel returned it.
     *
     * @param operation the request, like {@code add address 10.0.3.7/24 to}
     * @param device its device, path or address; empty when it has none
     * @param errno the positive errno
     * @param kernelText the kernel's text, or this module's explanation; empty when there is none
     */
    public NetlinkException(String operation, String device, int errno, String kernelText) {
        this(operation, device, errno, kernelText, null);
    }

    /** The same, with a known errno. */
    public NetlinkException(String operation, String device, Errno errno, String kernelText) {
        this(operation, device, errno.number(), kernelText, null);
    }

    /** The same, with the exception that led to it; null when there is none. */
    public NetlinkException(String operation, String device, int errno, String kernelText, @Nullable Throwable cause) {
        super(PrintableText.message(message(operation, device, errno, kernelText)), cause);
        this.operation = PrintableText.of(operation);
        this.device = PrintableText.of(device);
        this.errno = errno;
        this.kernelText = PrintableText.of(kernelText);
    }

    private static String message(String operation, String device, int errno, String kernelText) {
        return operation
                + (device.isEmpty() ? "" : " " + device)
                + ": "
                + Errno.name(errno)
                + (kernelText.isEmpty() ? "" : " (" + kernelText + ")");
    }

    public String operation() {
        return operation;
    }

    /** The device, path or address of the request; empty when it has none. */
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

    /** The kernel's own text from its extended answer; empty when it sent none. */
    public String kernelText() {
        return kernelText;
    }

    public boolean is(Errno expected) {
        return expected.is(errno);
    }
}
