/**
 * The Container Network Interface, versions 0.3.1 to 1.1.0, answered with an {@link io.enim.EniManager}. Entry type:
 * {@link io.enim.examples.agent.cni.CniService}.
 *
 * <p>Threads: the service is safe for concurrent use and blocks as the manager does. Everything else here is immutable
 * or used by one call.
 *
 * <p>Invariants: every call is answered, with output and exit status as the specification has them; a call that is
 * malformed changes nothing; one attachment {@code (container id, interface)} is one endpoint, whatever names come with
 * it; a GC of one network never touches the attachments of another.
 *
 * <p>Not promised: being a runtime. Chained plugins and caches of results are the runtime's.
 */
@NullMarked
package io.enim.examples.agent.cni;

import org.jspecify.annotations.NullMarked;
