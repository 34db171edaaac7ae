/**
 * A containerd of one's own, for the end-to-end tests and the benchmarks. Entry:
 * {@link io.enim.systemtests.containerd.Containerd}. Needs root, the Debian packages containerd, runc and busybox-static, and
 * private network, mount and process namespaces.
 */
@NullMarked
package io.enim.systemtests.containerd;

import org.jspecify.annotations.NullMarked;
