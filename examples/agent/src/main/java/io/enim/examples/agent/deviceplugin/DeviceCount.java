// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.deviceplugin;

import io.enim.EniManager;
import io.enim.EniState;
import io.enim.examples.agent.cni.KubeletPods;
import java.util.Optional;

/**
 * How many devices the kubelet is told of: one for each ENI that this node may have, whether it exists or not. Not healthy, as long
 * as they are, are those of ENIs in quarantine and of ENIs that callers beside the kubelet hold.
 */
record DeviceCount(int all, int healthy) {
    /**
     * As of now; empty while the cloud has not told how many there may be. Waits at most two seconds for the provider.
     *
     * @throws io.enim.EniException the provider could not be asked
     */
    static Optional<DeviceCount> of(EniManager manager) {
        long quarantined = manager.enis().stream()
                .filter(eni -> eni.state() == EniState.QUARANTINED)
                .count();
        long held = manager.assignments().stream()
                .filter(assignment -> !KubeletPods.hasPod(assignment))
                .count();
        return manager.capacity().stream()
                .mapToObj(all -> new DeviceCount(all, (int) Math.max(0, all - quarantined - held)))
                .findFirst();
    }
}
