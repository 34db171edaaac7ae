/** A whole CNI call, from the plugin's start to its answer, beside other plugins. Runs in namespaces of its own. */
@NullMarked
package io.enim.benchmarks.path;

import org.jspecify.annotations.NullMarked;
