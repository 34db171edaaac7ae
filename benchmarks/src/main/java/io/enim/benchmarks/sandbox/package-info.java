/** A sandbox with its ENI, made ahead of need or when it is asked for. Runs in namespaces of its own. */
@NullMarked
package io.enim.benchmarks.sandbox;

import org.jspecify.annotations.NullMarked;
