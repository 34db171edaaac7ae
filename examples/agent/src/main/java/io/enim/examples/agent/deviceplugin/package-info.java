/**
 * Tells the kubelet how many pods this node can give an ENI, as the extended resource {@code enim.io/eni}, over the kubelet's
 * device plugin API, version v1beta1. Entry type: {@link io.enim.examples.agent.deviceplugin.DevicePlugin}.
 *
 * <p>Threads: one of its own looks at the kubelet and at the ENIs; calls of the kubelet come on others and do not block.
 *
 * <p>Invariants: while a kubelet runs on the directory, it reads our list, or is registered with anew each second; the number
 * of devices is never announced before it is known.
 *
 * <p>Not promised: that the kubelet's choice of a device says anything of the ENI that the pod gets; only the number counts.
 */
@NullMarked
package io.enim.examples.agent.deviceplugin;

import org.jspecify.annotations.NullMarked;
