package io.enim.core.internal.step;

/** Every step with an effect outside the process. Each has a fault point before and one after it. */
public enum Step {
    /** The provider picks an ENI for the endpoint. */
    ADD_CLAIM,
    /** The device is looked for at home. */
    ADD_FIND_DEVICE,
    /** The ledger records that the endpoint is to get this ENI, and how its device is at home. */
    ADD_RECORD_INTENT,
    /** The device moves into the sandbox under its name there, up. */
    ADD_MOVE_IN,
    /** Addresses and routes. */
    ADD_CONFIGURE,
    /** The ledger records that the endpoint was served. */
    ADD_RECORD_DONE,
    /** The ledger records that the endpoint ends. */
    DEL_RECORD_INTENT,
    /** The device is found, cleaned, brought home and seen there. */
    DEL_RETURN_TO_HOST,
    /** The ledger forgets the endpoint, whose device is home; nobody else can hold the ENI yet. */
    DEL_FORGET,
    /** The provider makes the ENI available again. */
    DEL_RELEASE,
    /** The ledger records that a device could not be verified at home. */
    RECORD_QUARANTINE,
    /** How a device is at home, which nobody knew before, is recorded. */
    RECORD_BASELINE,
    /** The record of how a device was at home goes, since its ENI has left this node. */
    FORGET_BASELINE,
    /** A free ENI's device is put right at home. */
    GC_REPAIR_DEVICE,
    /** An ENI that nobody owns is made available again. */
    GC_RELEASE_UNOWNED,
    /** The state directory records that an ENI is to be created, with its token. */
    POOL_RECORD_CREATE,
    /** The cloud creates an ENI. */
    POOL_CREATE,
    /** The state directory records which ENI that became. */
    POOL_RECORD_CREATED,
    /** The cloud begins to attach an ENI. */
    POOL_ATTACH,
    /** The device of an attached ENI appears at home. */
    POOL_AWAIT_DEVICE,
    /** The state directory forgets an intent that is fulfilled. */
    POOL_FORGET_INTENT,
    /** The state directory records that an ENI is to be retired. */
    POOL_RECORD_RETIRE,
    /** The cloud begins to detach an ENI. */
    POOL_DETACH,
    /** The cloud deletes an ENI. */
    POOL_DELETE,
    /** The state directory records until when an ENI rests. */
    POOL_RECORD_COOLDOWN,
    /** The cloud describes this node's ENIs. */
    POOL_DESCRIBE
}
