/**
 * A whole CNI call, from the plugin's start to its answer, beside other plugins. Entry: {@link
 * io.enim.benchmarks.path.PathPart}. Runs in namespaces of its own.
 */
@NullMarked
package io.enim.benchmarks.path;

import org.jspecify.annotations.NullMarked;
