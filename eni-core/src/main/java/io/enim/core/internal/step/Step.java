// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.step;

/** Every step with an effect outside the process. Each has a fail point before it and one after it. */
public enum Step {
    /** The provider picks an ENI for the endpoint. */
    ADD_CLAIM,
    /** The device is found on the host, and repaired where it differs from its baseline. */
    ADD_FIND_DEVICE,
    /** The ledger records that the endpoint is to get this ENI, with the baseline of its device. */
    ADD_RECORD_INTENT,
    /** The device is moved into the sandbox, renamed and set up. */
    ADD_MOVE_IN,
    /** The device gets its addresses and routes. */
    ADD_CONFIGURE,
    /** The ledger records that the endpoint has its ENI. */
    ADD_RECORD_DONE,
    /** The ledger records that the endpoint is being deleted. */
    DEL_RECORD_INTENT,
    /** The device is found, cleaned, returned to the host and verified there. */
    DEL_RETURN_TO_HOST,
    /** The ledger forgets the endpoint, whose device is on the host; no other endpoint can hold the ENI yet. */
    DEL_FORGET,
    /** The provider makes the ENI available again. */
    DEL_RELEASE,
    /** The ledger records that a device could not be verified on the host. */
    RECORD_QUARANTINE,
    /** A network namespace is made for a sandbox. */
    SANDBOX_CREATE,
    /** The ledger records to which key a sandbox is handed out, or that it was handed out to none. */
    SANDBOX_RECORD_KEY,
    /** The network namespace of a sandbox that was given back is removed. */
    SANDBOX_REMOVE,
    /** The baseline of a device that was not known before is recorded. */
    RECORD_BASELINE,
    /** The baseline of a device is removed, because its ENI has left this node. */
    FORGET_BASELINE,
    /** The device of a free ENI is repaired on the host, or a host link that no endpoint has is removed. */
    GC_REPAIR_DEVICE,
    /** An ENI that no endpoint owns is made available again. */
    GC_RELEASE_UNOWNED,
    /** The state directory records that an ENI is to be created, with its client token. */
    POOL_RECORD_CREATE,
    /** The cloud creates an ENI. */
    POOL_CREATE,
    /** The state directory records the id of the created ENI. */
    POOL_RECORD_CREATED,
    /** The cloud begins to attach an ENI. */
    POOL_ATTACH,
    /** The device of an attached ENI appears on the host. */
    POOL_AWAIT_DEVICE,
    /** The state directory forgets an intent that is fulfilled. */
    POOL_FORGET_INTENT,
    /** The state directory records that an ENI is to be retired. */
    POOL_RECORD_RETIRE,
    /** The cloud begins to detach an ENI. */
    POOL_DETACH,
    /** The cloud deletes an ENI. */
    POOL_DELETE,
    /** The state directory records the end of an ENI's cooldown. */
    POOL_RECORD_COOLDOWN,
    /** The cloud describes this node's ENIs. */
    POOL_DESCRIBE
}
