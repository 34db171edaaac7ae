/** A whole node in virtual time, one thread running at a time, its faults and its schedule drawn from a seed. */
package io.enim.core.simulation;
