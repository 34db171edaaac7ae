/**
 * The JSON documents of the operator's interface, written by the agent and read by its command line.
 *
 * <p>Threads: all values are immutable.
 *
 * <p>Invariants: a component that is null is left out of the document, and one that the document lacks is null. Names
 * of components are names of JSON fields. An endpoint is a map, because its field {@code interface} is no Java name.
 */
@NullMarked
package io.enim.examples.agent.api;

import org.jspecify.annotations.NullMarked;
