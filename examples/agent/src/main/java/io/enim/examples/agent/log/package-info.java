/**
 * What the agent keeps of its own log: {@link io.enim.examples.agent.log.RecentLines}.
 *
 * <p>Threads: safe for concurrent use; appending takes a lock for a few instructions.
 *
 * <p>Invariants: bounded in number and length.
 */
@NullMarked
package io.enim.examples.agent.log;

import org.jspecify.annotations.NullMarked;
