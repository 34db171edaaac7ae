/** A Kubernetes cluster of one node, all of it real but the cloud: pods with ENIs as kubelet, scheduler and containerd drive them. */
@NullMarked
package io.enim.systemtests.kubernetes;

import org.jspecify.annotations.NullMarked;
