package io.enim.examples.agent.cni;

import io.enim.Assignment;
import io.enim.examples.agent.cni.spec.CniErrorCode;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.NetworkConfig;
import io.enim.examples.agent.cni.spec.Printable;
import io.enim.spi.DeviceBaseline;
import java.util.Locale;
import java.util.Optional;

/**
 * The device that the plugin above moves when this one is its address management. host-device takes it from its
 * configuration, by {@code hwaddr} or {@code device}; it has to be the one of the ENI that was assigned, or the endpoint
 * would have the addresses of one ENI on the device of another.
 */
final class HostDeviceMatch {
    private HostDeviceMatch() {}

    /** What the configuration names that is not the assigned ENI's; empty when all of it fits. */
    static Optional<CniException> mismatch(NetworkConfig config, Assignment assignment) {
        String mac = assignment.eni().mac().toString();
        Optional<String> name = assignment.baseline().map(DeviceBaseline::name);
        Optional<String> wrong = config.fields()
                .text("hwaddr")
                .filter(named -> !named.toLowerCase(Locale.ROOT).equals(mac))
                .map(named -> "hwaddr " + Printable.of(named))
                .or(() -> config.fields()
                        .text("device")
                        .filter(named -> name.isPresent() && !name.get().equals(named))
                        .map(named -> "device " + Printable.of(named)));
        return wrong.map(named -> new CniException(
                CniErrorCode.DEVICE,
                "the configuration names " + named + ", and the ENI that is free is "
                        + assignment.eni().id() + ", " + mac
                        + name.map(home -> " (" + home + ")").orElse(""),
                "as address management the ENI cannot be chosen; name the device of the one ENI that is free"));
    }
}
