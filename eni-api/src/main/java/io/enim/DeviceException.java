// SPDX-License-Identifier: Apache-2.0
package io.enim;

import org.jspecify.annotations.Nullable;

/** An operation on a network device or namespace failed. */
public final class DeviceException extends EniException {
    private static final long serialVersionUID = 1L;

    /** The cause. */
    public enum Kind {
        /** No device with that MAC was found. */
        NOT_FOUND,
        /** More than one device has the MAC; none was changed. */
        AMBIGUOUS,
        /** The device is one that ENIM never changes: loopback, default route, bond, foreign (P9). */
        PROTECTED,
        /** The name is taken in the target namespace. */
        NAME_TAKEN,
        /** The namespace is gone or is not the expected one. */
        NAMESPACE_GONE,
        /** The device could not be made clean. */
        DIRTY,
        /** The answer did not come in time; the kernel may have acted. */
        TIMEOUT,
        /** The kernel refused; see the errno name and its text in the message. */
        KERNEL
    }

    private final Kind kind;
    private final String operation;
    private final String device;
    private final String errno;

    /**
     * Describes the failure.
     *
     * @param device its name and MAC as far as known
     * @param errno the errno's name, or empty
     * @param detail the rule, the kernel's message, and the next step
     */
    public DeviceException(
            Kind kind, String operation, String device, String errno, String detail, @Nullable Throwable cause) {
        super(
                operation + " " + device + ": " + (errno.isEmpty() ? "" : errno + " ") + "(" + kind + ") " + detail,
                cause,
                kind == Kind.TIMEOUT || kind == Kind.NOT_FOUND || kind == Kind.KERNEL);
        this.kind = kind;
        this.operation = PrintableText.of(operation);
        this.device = PrintableText.of(device);
        this.errno = errno;
    }

    /** As above, without errno and cause. */
    public DeviceException(Kind kind, String operation, String device, String detail) {
        this(kind, operation, device, "", detail, null);
    }

    /** The cause. */
    public Kind kind() {
        return kind;
    }

    /** The operation. */
    public String operation() {
        return operation;
    }

    /** The device, by name and MAC as far as known. */
    public String device() {
        return device;
    }

    /** The errno's name, like {@code EEXIST}; empty when the kernel reported none. */
    public String errno() {
        return errno;
    }
}
