// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.wire;

/** Bytes that cannot be what they claim to be: cut short, or of an impossible size. */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
        super(message);
    }
}
