// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.reconcile;

/**
 * The outcome of a device check.
 *
 * @param why why the device is not ready; empty when it is
 */
record DeviceVerdict(Kind kind, String why) {
    enum Kind {
        /** On the host and clean: its ENI may be offered. */
        READY,
        /** Not on the host, as devices are for a while after they were attached. */
        MISSING,
        /** On the host, and it cannot be made clean. */
        DIRTY,
        /** On the host, under a device that the last tenant left in another namespace. */
        OCCUPIED,
        /**
         * In use by the host, or configured by its software a moment ago, or with namespaces that could not be searched. Another
         * ENI would fare the same.
         */
        CONTESTED
    }

    static final DeviceVerdict READY = new DeviceVerdict(Kind.READY, "");
}
