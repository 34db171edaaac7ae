/** Pods of a cluster: its services, which the host translates, and the host itself, by the link of each pod to its host. */
@NullMarked
package io.enim.systemtests.cluster;

import org.jspecify.annotations.NullMarked;
