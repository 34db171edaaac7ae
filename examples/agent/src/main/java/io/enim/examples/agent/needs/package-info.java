/**
 * What the agent's process must be given by its container or its unit, and was not: capabilities, and directories of the host.
 * Entry type: {@link io.enim.examples.agent.needs.ProcessNeeds}.
 *
 * <p>Threads: values are immutable; the kernel's files are read once, at start.
 *
 * <p>Invariants: each thing that is missing gives one sentence, which names it and says what to add.
 *
 * <p>Not promised: that what is missing later is noticed. Neither capabilities nor the mounts of a container change while it runs.
 */
@NullMarked
package io.enim.examples.agent.needs;

import org.jspecify.annotations.NullMarked;
