/**
 * What the container runtime knows, asked over its own interface (the CRI, version 1). Entry type:
 * {@link io.enim.examples.agent.cri.CriLiveness}.
 *
 * <p>Threads: safe for concurrent use; whoever asks when no fresh answer is there waits for the runtime, some seconds at
 * most, and holds no lock.
 *
 * <p>Invariants: a runtime that does not answer, answers an error or answers what cannot be read knows nothing; a
 * sandbox that the runtime never listed is none of its own, and its absence proves nothing.
 *
 * <p>Not promised: memory. What the runtime listed before this agent started is not known; a sandbox that vanished
 * between two agents is judged by its namespace alone.
 */
@NullMarked
package io.enim.examples.agent.cri;

import org.jspecify.annotations.NullMarked;
