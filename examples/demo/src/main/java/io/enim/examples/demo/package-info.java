/**
 * What {@code ./demo} shows: an agent, three containers, and everything that happens to them. Entry type:
 * {@link io.enim.examples.demo.Demo}.
 *
 * <p>Threads: the story runs on one; containers, agent and plugin are processes of their own where the machine has
 * namespaces.
 *
 * <p>Invariants: whatever is shown was looked at, and the demo ends with 1 when it is not so; it ends with every process
 * it started.
 *
 * <p>Not promised: a benchmark. Durations are of one run on one machine.
 */
@NullMarked
package io.enim.examples.demo;

import org.jspecify.annotations.NullMarked;
