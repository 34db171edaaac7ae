// SPDX-License-Identifier: Apache-2.0
package io.enim;

/** The state of an ENI of this node. */
public enum EniState {
    /** Created or being attached; its device is not on the host yet. */
    ATTACHING,
    /** Free: attached, its device verified clean on the host (P2). */
    READY,
    /** Held by one endpoint. */
    IN_USE,
    /** Released and not yet free: its device was verified on the host; the cooldown before reuse runs. */
    RECYCLING,
    /** Not assigned to other endpoints because it could not be verified; the ENI has the reason. */
    QUARANTINED,
    /** Being detached or deleted; final. */
    DETACHING
}
