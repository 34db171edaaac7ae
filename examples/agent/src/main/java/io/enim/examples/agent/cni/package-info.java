/**
 * Serves the Container Network Interface, versions 0.3.1 to 1.1.0, with an {@link io.enim.EniManager}. Entry type:
 * {@link io.enim.examples.agent.cni.CniService}.
 *
 * <p>Threads: the service is safe for concurrent use and blocks as the manager does. Everything else is immutable or
 * confined to one call.
 *
 * <p>Invariants: every call is answered with the output and exit status that the specification defines; a malformed call
 * changes nothing; one attachment {@code (container id, interface)} is one endpoint, whatever CNI_ARGS
 * says; a GC of one network never touches the attachments of another.
 *
 * <p>Not promised: a runtime. Plugin chains and result caches are the runtime's.
 */
@NullMarked
package io.enim.examples.agent.cni;

import org.jspecify.annotations.NullMarked;
