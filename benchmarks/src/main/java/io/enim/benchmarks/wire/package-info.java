/** The cost of netlink's messages, without the kernel. */
@NullMarked
package io.enim.benchmarks.wire;

import org.jspecify.annotations.NullMarked;
