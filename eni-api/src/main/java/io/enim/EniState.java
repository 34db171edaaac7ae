// SPDX-License-Identifier: Apache-2.0
package io.enim;

/** The state of an ENI of this node. */
public enum EniState {
    /** Created or being attached, or its device is not on the host or not ready yet; the ENI has the reason if one is known. */
    ATTACHING,
    /** Free: attached, its device verified clean on the host (P2). */
    READY,
    /** Held by one endpoint. */
    IN_USE,
    /** Released and not yet free: its cooldown runs, or its device is being checked once more before the next endpoint. */
    RECYCLING,
    /** Not assigned to other endpoints because it could not be verified; the ENI has the reason. */
    QUARANTINED,
    /** Being detached or deleted; final. */
    DETACHING
}
