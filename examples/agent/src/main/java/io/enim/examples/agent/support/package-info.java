/**
 * The support bundle: an archive of what a report of a fault needs. Entry type:
 * {@link io.enim.examples.agent.support.SupportBundle}.
 *
 * <p>Threads: one thread makes a bundle, and blocks on the agent, the disk and the programs that it runs, on each for seconds at most.
 *
 * <p>Invariants: no value of a setting, a variable or a record is in it unless it is on a list of harmless ones; no value that is
 * known to be secret is in it anywhere; the archive and each entry have a bound; what could not be read is named, with the reason.
 */
@NullMarked
package io.enim.examples.agent.support;

import org.jspecify.annotations.NullMarked;
