// SPDX-License-Identifier: Apache-2.0
package io.enim.systemtests.containerd;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A container as a kubelet asks a runtime for it: as root, with the runtime's seccomp profile, a read-only root file system, no
 * capability but those that are added, and without new privileges.
 *
 * @param command in place of the image's entry point; empty: that
 * @param arguments in place of the image's; empty: those
 * @param memory how many bytes it may use; 0: any
 * @param seesProcesses whether it is in the host's process namespace
 */
public record ContainerSpec(
        String name,
        String image,
        List<String> command,
        List<String> arguments,
        Map<String, String> environment,
        List<Mount> mounts,
        List<String> capabilities,
        long memory,
        boolean seesProcesses) {
    /**
     * A directory of the host in the container.
     *
     * @param receives whether what is mounted below it on the host later appears in the container too
     */
    public record Mount(String point, Path source, boolean isReadOnly, boolean receives) {}

    public ContainerSpec withoutCapability(String capability) {
        return with(
                mounts,
                capabilities.stream().filter(each -> !each.equals(capability)).toList(),
                seesProcesses);
    }

    public ContainerSpec withoutMount(String point) {
        return with(mounts.stream().filter(each -> !each.point().equals(point)).toList(), capabilities, seesProcesses);
    }

    /** The same mounts, none of which receives those of the host. */
    public ContainerSpec withoutPropagation() {
        return with(
                mounts.stream()
                        .map(each -> new Mount(each.point(), each.source(), each.isReadOnly(), false))
                        .toList(),
                capabilities,
                seesProcesses);
    }

    public ContainerSpec withoutProcesses() {
        return with(mounts, capabilities, false);
    }

    private ContainerSpec with(List<Mount> otherMounts, List<String> otherCapabilities, boolean sees) {
        return new ContainerSpec(
                name, image, command, arguments, environment, otherMounts, otherCapabilities, memory, sees);
    }
}
