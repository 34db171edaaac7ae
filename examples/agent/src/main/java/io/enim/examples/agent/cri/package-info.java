/**
 * Asks the container runtime which sandboxes exist, over the CRI, version 1. Entry type:
 * {@link io.enim.examples.agent.cri.CriLiveness}.
 *
 * <p>Threads: safe for concurrent use; a caller without a fresh answer waits for the runtime, a few seconds at most,
 * and holds no lock.
 *
 * <p>Invariants: without a complete, readable answer every sandbox is unknown; a sandbox that the runtime never listed
 * may belong to another runtime, and its absence proves nothing.
 *
 * <p>Not promised: persistence. What the runtime listed before this agent started is not known; for a sandbox that vanished
 * between two agents only its namespace decides.
 */
@NullMarked
package io.enim.examples.agent.cri;

import org.jspecify.annotations.NullMarked;
