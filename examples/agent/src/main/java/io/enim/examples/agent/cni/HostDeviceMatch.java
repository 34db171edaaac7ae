// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.enim.Assignment;
import io.enim.PrintableText;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.NetworkConfig;
import io.enim.spi.DeviceBaseline;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks the device that the main plugin moves when this plugin has the IPAM role. host-device names it in its
 * configuration, by {@code hwaddr} or {@code device}. It must be the device of the assigned ENI, or the endpoint would
 * have the addresses of one ENI on the device of another.
 */
final class HostDeviceMatch {
    private HostDeviceMatch() {}

    /** An error if the configuration names another device than the assigned ENI's. */
    static Optional<CniException> mismatch(NetworkConfig config, Assignment assignment) {
        String mac = assignment.eni().mac().toString();
        Optional<String> name = assignment.baseline().map(DeviceBaseline::name);
        Optional<String> wrong = config.fields()
                .text("hwaddr")
                .filter(named -> !named.toLowerCase(Locale.ROOT).equals(mac))
                .map(named -> "hwaddr " + PrintableText.brief(named))
                .or(() -> config.fields()
                        .text("device")
                        .filter(named -> name.isPresent() && !name.get().equals(named))
                        .map(named -> "device " + PrintableText.brief(named)));
        return wrong.map(named -> new CniException(
                CniErrorCode.DEVICE,
                "the configuration names " + named + ", but the assigned ENI is "
                        + assignment.eni().id() + ", " + mac
                        + name.map(device -> " (" + device + ")").orElse(""),
                "with ipam.type enim the ENI cannot be chosen; name the device of the only free ENI"));
    }
}
