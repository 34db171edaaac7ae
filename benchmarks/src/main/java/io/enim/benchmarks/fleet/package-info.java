/**
 * A simulation of many nodes that share one account's API limits, by discrete events; the same seed gives the same
 * figures. Entry: {@link io.enim.benchmarks.fleet.FleetPart}. Times are milliseconds.
 *
 * <p>The policies are models, written after their projects' publications; none of their code runs here.
 */
@NullMarked
package io.enim.benchmarks.fleet;

import org.jspecify.annotations.NullMarked;
