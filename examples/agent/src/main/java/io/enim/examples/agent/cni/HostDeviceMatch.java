// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni;

import io.enim.Assignment;
import io.enim.PrintableText;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.NetworkConfig;
import io.enim.spi.DeviceBaseline;
import java.util.Optional;

/**
 * Checks the device that the main plugin moves when this plugin has the IPAM role. host-device names it in its
 * configuration: by {@code hwaddr}, which the ADD required, or by {@code device}, which says nothing of the ENI before its device
 * was seen. It must be the device of the assigned ENI, or the endpoint would have the addresses of one ENI on the device of
 * another.
 */
final class HostDeviceMatch {
    private HostDeviceMatch() {}

    /** An error if the configuration names another device than the assigned ENI's. */
    static Optional<CniException> mismatch(NetworkConfig config, Assignment assignment) {
        String mac = assignment.eni().mac().toString();
        Optional<String> name = assignment.baseline().map(DeviceBaseline::name);
        Optional<String> wrong = config.fields()
                .text("device")
                .filter(named -> name.isPresent() && !name.get().equals(named))
                .map(named -> "device " + PrintableText.brief(named));
        return wrong.map(named -> new CniException(
                CniErrorCode.DEVICE,
                "the configuration names " + named + ", but the assigned ENI is "
                        + assignment.eni().id() + ", " + mac
                        + name.map(device -> " (" + device + ")").orElse(""),
                "name the device by its hwaddr, the MAC of an ENI: then that ENI is assigned"));
    }
}
