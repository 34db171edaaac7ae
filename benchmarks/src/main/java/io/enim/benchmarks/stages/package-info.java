/**
 * Where the time of an operation goes that is not the kernel's: marks at the ends of its stages, on one clock. Entries:
 * {@link io.enim.benchmarks.stages.ManagerStages} and {@link io.enim.benchmarks.stages.PluginStages}.
 */
@NullMarked
package io.enim.benchmarks.stages;

import org.jspecify.annotations.NullMarked;
