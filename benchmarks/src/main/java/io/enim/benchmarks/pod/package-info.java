/** A pod's sandbox, from the call of the container runtime to an address that answers. Runs in namespaces of its own, as root. */
@NullMarked
package io.enim.benchmarks.pod;

import org.jspecify.annotations.NullMarked;
