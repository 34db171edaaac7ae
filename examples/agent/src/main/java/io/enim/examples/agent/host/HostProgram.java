// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program of stock hosts that configures every interface that is plugged in. */
enum HostProgram {
    NETWORKD("systemd-networkd", "usr/lib/systemd/systemd-networkd", "lib/systemd/systemd-networkd"),
    NETWORK_MANAGER("NetworkManager", "usr/sbin/NetworkManager"),
    UDEV("udev", "usr/lib/systemd/systemd-udevd", "lib/systemd/systemd-udevd", "usr/bin/udevadm"),
    CLOUD_INIT("cloud-init", "usr/bin/cloud-init"),
    EC2_NET_UTILS("amazon-ec2-net-utils", "usr/lib/systemd/system/policy-routes@.service"),
    IFUPDOWN("ifupdown", "usr/lib/systemd/system/ifup@.service", "lib/systemd/system/ifup@.service");

    private final String packageName;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is never changed.
    private final List<String> files;

    HostProgram(String packageName, String... files) {
        this.packageName = packageName;
        this.files = List.of(files);
    }

    boolean isInstalled(Path root) {
        return files.stream().anyMatch(file -> Files.exists(root.resolve(file)));
    }

    @Override
    public String toString() {
        return packageName;
    }
}
