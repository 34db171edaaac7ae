// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.util.List;

/**
 * Network namespaces that already hold their ENI, configured and up, for applications that make sandboxes themselves: what the
 * kernel takes for a namespace and a move is paid ahead of need. Obtained from {@link EniManager#sandboxes()}, which keeps
 * {@code enim.sandboxes.ready} of them. Safe for concurrent use.
 *
 * <p><b>What a sandbox is.</b> An endpoint of the manager like any other, with a name in {@link #NAMESPACE} that is used once, a
 * namespace of its own in {@code enim.sandboxes.dir}, loopback up, and its device there, called {@code eth0}, as an ADD without
 * options sets it up. The ledger, garbage collection, CHECK and the listener see it as they see others, also before it is
 * handed out.
 *
 * <p><b>The key.</b> A sandbox is handed out to a <i>key</i>, which the application chooses, like the id of a container. The record
 * of the assignment has it, as label {@link #KEY}, before the caller has its answer: it is known after any crash which key has
 * which sandbox. A key has one at a time. It ends when it is given back, or when its namespace is gone; neither a
 * {@link io.enim.spi.Liveness} nor a {@linkplain EniManager#gc(java.util.Set) list of what is alive} ends it.
 *
 * <p><b>After a restart</b> those that were ready are so again if they are as they were set up, and those handed out stay with their
 * keys. The application goes through {@link #taken()} and gives back what it does not use.
 *
 * <p><b>Ordinary ADDs come first.</b> Each ready sandbox holds an ENI. Each time an ADD finds none free one of them ends, and none is
 * made until a minute has passed without.
 */
public interface SandboxPool {
    /** The namespace of the sandboxes' endpoints, in which an application cannot ADD. */
    String NAMESPACE = "enim.sandboxes";

    /** The label that has the key of a sandbox; one that was not handed out has none. */
    String KEY = "enim.sandbox-key";

    /**
     * Hands out a sandbox: the one that the key has; or a ready one, for which it blocks while a record is written and calls neither
     * the kernel's network nor the cloud; or a new one, for which it also waits for an ENI if none is free. Ends within
     * {@code enim.add.timeout}; an interrupt ends it too. Repeating it answers the same sandbox until that has ended.
     *
     * @param key 1 to 1,024 characters, none of them a control character
     * @return the assignment; its {@linkplain Assignment#sandbox() sandbox} has the path
     * @throws InvalidRequestException the key is not valid
     * @throws NoEniAvailableException no ENI became free in time
     * @throws DeadlineExceededException the time is over, or the caller was interrupted
     * @throws LedgerException the record could not be written
     * @throws DeviceException the kernel refused
     * @throws ProviderException the provider failed
     * @throws OverloadedException too many operations are running or queued
     * @throws ClosedException the manager is closed
     */
    Assignment take(String key);

    /**
     * Takes a sandbox back: DELs its endpoint, as {@link EniManager#del(Endpoint)} does and with its errors, and removes its
     * namespace, which ends when no process is left in it and is never used again. Blocks. Idempotent: success for one that is gone;
     * and a late call never ends the sandbox that the key has now, which has another name (P4).
     *
     * @param sandbox the endpoint of the assignment that was handed out
     * @throws InvalidRequestException the endpoint is not in {@link #NAMESPACE}
     */
    void giveBack(Endpoint sandbox);

    /** The sandboxes that were handed out, each with its key as label {@link #KEY}. Does not block. */
    List<Assignment> taken();

    /** How many sandboxes are ready. Does not block. */
    int ready();
}
