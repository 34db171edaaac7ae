/**
 * The network configuration that tells a container runtime that its node can serve pods. Entry type:
 * {@link io.enim.examples.agent.conflist.ConflistKeeper}.
 *
 * <p>Threads: one that looks at the manager's health each second; everything else is confined to it.
 *
 * <p>Invariants: the file is there exactly while the agent serves, but for its patience; only a file that carries the mark of
 * this package is ever replaced or removed; it appears complete.
 *
 * <p>Not promised: that an agent which has ended takes it away.
 */
@NullMarked
package io.enim.examples.agent.conflist;

import org.jspecify.annotations.NullMarked;
