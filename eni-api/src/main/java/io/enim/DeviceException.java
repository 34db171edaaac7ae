package io.enim;

import org.jspecify.annotations.Nullable;

/** A network device or namespace refused, failed or was not there. */
public final class DeviceException extends EniException {
    private static final long serialVersionUID = 1L;

    /** What stood in the way. */
    public enum Kind {
        /** No device with that MAC was found where it was looked for. */
        NOT_FOUND,
        /** More than one device answers to the MAC; none was touched. */
        AMBIGUOUS,
        /** The device is one that is never touched: loopback, default route, bond, foreign (P9). */
        PROTECTED,
        /** The name is taken in the target namespace. */
        NAME_TAKEN,
        /** The namespace is gone or is not the one that was expected. */
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
     * @param kind what stood in the way
     * @param operation what was being done
     * @param device the device, by name and MAC as far as known
     * @param errno the errno's name, or empty
     * @param detail the rule, the kernel's own text, and the next step
     */
    public DeviceException(
            Kind kind, String operation, String device, String errno, String detail, @Nullable Throwable cause) {
        super(
                operation + " " + device + ": " + (errno.isEmpty() ? "" : errno + " ") + "(" + kind + ") " + detail,
                cause);
        this.kind = kind;
        this.operation = operation;
        this.device = device;
        this.errno = errno;
    }

    /** As above, without errno and cause. */
    public DeviceException(Kind kind, String operation, String device, String detail) {
        this(kind, operation, device, "", detail, null);
    }

    /** What stood in the way. */
    public Kind kind() {
        return kind;
    }

    /** What was being done. */
    public String operation() {
        return operation;
    }

    /** The device, by name and MAC as far as known. */
    public String device() {
        return device;
    }

    /** The errno's name, like {@code EEXIST}; empty when the kernel was not asked. */
    public String errno() {
        return errno;
    }

    @Override
    public boolean isRetryable() {
        return kind == Kind.TIMEOUT || kind == Kind.NOT_FOUND || kind == Kind.KERNEL;
    }
}
