// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.enim.Assignment;

/** Tells the endpoints that a kubelet counts from those of other callers on its node, such as podman. */
public final class KubeletPods {
    /** The label with the pod's UID, which only a kubelet's runtime passes. */
    static final String UID_LABEL = "k8s.pod-uid";

    private KubeletPods() {}

    /** Whether a kubelet's pod has it. */
    public static boolean hasPod(Assignment assignment) {
        return assignment.labels().containsKey(UID_LABEL);
    }
}
