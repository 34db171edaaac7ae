/**
 * What goes wrong around a node, at every call that leaves it: one {@link io.enim.core.chaos.Chaos} for the simulation, which
 * owns time, and for real threads.
 */
package io.enim.core.chaos;
