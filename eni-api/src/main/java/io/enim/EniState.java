package io.enim;

/** Where an ENI of this node stands. */
public enum EniState {
    /** At the cloud's side: created or being attached; its device is not at home yet. */
    ATTACHING,
    /** Free: attached, its device seen at home and clean (P2). */
    READY,
    /** Held by one endpoint. */
    IN_USE,
    /** Given back and not yet free: its device was seen at home; the cooldown before reuse runs. */
    RECYCLING,
    /** Kept out of circulation because something about it could not be verified; the reason is with it. */
    QUARANTINED,
    /** At the cloud's side: being detached or deleted; it will not come back. */
    DETACHING
}
