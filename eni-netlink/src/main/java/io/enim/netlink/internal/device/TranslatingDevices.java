package io.enim.netlink.internal.device;

import io.enim.CheckReport;
import io.enim.DeviceException;
import io.enim.MacAddress;
import io.enim.netlink.Errno;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.NetlinkFailPoint;
import io.enim.netlink.internal.netns.Sandbox;
import io.enim.netlink.internal.socket.RtnlCounter;
import io.enim.netlink.internal.sys.Deadline;
import io.enim.netlink.internal.wire.MalformedMessageException;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevices.Subscription;
import io.enim.spi.ReturnReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The device SPI over {@link LinuxNetworkDevices}: sets deadlines, and turns the kernel's refusals into its errors. */
public final class TranslatingDevices implements NetworkDevices {
    private final LinuxNetworkDevices devices;

    private TranslatingDevices(LinuxNetworkDevices devices) {
        this.devices = devices;
    }

    /** Over the calling thread's namespace, without a fail point. */
    static TranslatingDevices open() {
        return open(NetlinkFailPoint.NONE);
    }

    /** Over the calling thread's namespace. */
    public static TranslatingDevices open(NetlinkFailPoint failPoint) {
        return translate(() -> new TranslatingDevices(LinuxNetworkDevices.open(failPoint)));
    }

    RtnlCounter counter() {
        return devices.counter();
    }

    /** How often the kernel had to take RTNL for this layer. */
    public long rtnlAcquisitions() {
        return counter().acquisitions();
    }

    /** The time this layer spent in sends to the kernel. */
    public long sendNanos() {
        return counter().sendNanos();
    }

    @Override
    public Netns open(Path path) {
        return translate(() -> devices.open(path));
    }

    @Override
    public List<Device> hostDevices(Duration timeout) {
        return translate(() -> devices.hostDevices(Deadline.after(timeout)));
    }

    @Override
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        return translate(() -> devices.find(mac, Deadline.after(timeout)));
    }

    @Override
    public Optional<Device> find(DeviceBaseline baseline, Duration timeout) {
        return translate(() -> devices.find(baseline, Deadline.after(timeout)));
    }

    @Override
    public Optional<Device> find(MacAddress mac, Netns netns, Duration timeout) {
        return translate(() -> devices.find(mac, sandbox(netns), Deadline.after(timeout)));
    }

    @Override
    public Device awaitOnHost(MacAddress mac, Duration timeout) {
        return translate(() -> devices.await(mac, Deadline.after(timeout)))
                .orElseThrow(() -> new DeviceException(
                        DeviceException.Kind.NOT_FOUND,
                        "await device",
                        mac.toString(),
                        "it did not appear on the host within " + timeout.toMillis()
                                + " ms; check that the cloud attached it and that a driver bound to it"));
    }

    @Override
    public Device moveIn(Device device, Netns netns, LinkConfig config, Duration timeout) {
        return translate(() -> devices.moveIn(device, sandbox(netns), config, Deadline.after(timeout)));
    }

    @Override
    public void configure(Device device, Netns netns, LinkConfig config, Duration timeout) {
        translate(() -> {
            devices.configure(device, sandbox(netns), config, Deadline.after(timeout));
            return config;
        });
    }

    @Override
    public List<CheckReport.Difference> inspect(MacAddress mac, Netns netns, LinkConfig config, Duration timeout) {
        return translate(() -> devices.inspect(mac, sandbox(netns), config, Deadline.after(timeout)));
    }

    @Override
    public ReturnReport returnToHost(DeviceBaseline baseline, Optional<Netns> netns, Duration timeout) {
        return translate(
                () -> devices.returnToHost(baseline, netns.map(TranslatingDevices::sandbox), Deadline.after(timeout)));
    }

    @Override
    public ReturnReport restoreOnHost(DeviceBaseline baseline, Duration timeout) {
        return translate(() -> devices.restoreOnHost(baseline, Deadline.after(timeout)));
    }

    @Override
    public Subscription watch(Consumer<DeviceEvent> listener) {
        return devices.watch(listener);
    }

    @Override
    public void close() {
        devices.close();
    }

    private static Sandbox sandbox(Netns netns) {
        if (netns instanceof Sandbox sandbox) {
            return sandbox;
        }
        throw new IllegalArgumentException("a namespace opened by another device layer: "
                + netns.getClass().getName());
    }

    private static <T> T translate(Supplier<T> call) {
        try {
            return call.get();
        } catch (NetlinkException e) {
            DeviceException.Kind kind = kind(e);
            String text = e.kernelText() + nextStep(kind, e);
            throw new DeviceException(kind, e.operation(), e.device(), e.errnoName(), text, e);
        } catch (MalformedMessageException e) {
            throw new DeviceException(
                    DeviceException.Kind.KERNEL, "read the kernel's answer", "", "", String.valueOf(e.getMessage()), e);
        }
    }

    private static DeviceException.Kind kind(NetlinkException e) {
        if (e.is(Errno.EEXIST)) {
            return DeviceException.Kind.NAME_TAKEN;
        }
        if (e.is(Errno.ENODEV)) {
            return DeviceException.Kind.NOT_FOUND;
        }
        if (e.is(Errno.ETIMEDOUT)) {
            return DeviceException.Kind.TIMEOUT;
        }
        return e.is(Errno.EBADF) ? DeviceException.Kind.NAMESPACE_GONE : DeviceException.Kind.KERNEL;
    }

    private static String nextStep(DeviceException.Kind kind, NetlinkException e) {
        String separator = e.kernelText().isEmpty() ? "" : "; ";
        return switch (kind) {
            case NAME_TAKEN -> separator + "free the name or choose another";
            case NOT_FOUND -> separator + "the device no longer exists there; find it again";
            case TIMEOUT -> separator + "find out where the device is before repeating";
            case NAMESPACE_GONE -> separator + "open the namespace again";
            default ->
                e.is(Errno.EPERM)
                        ? separator + "CAP_NET_ADMIN and CAP_SYS_ADMIN are needed in both namespaces"
                        : separator.isEmpty() ? "the kernel gave no reason" : "";
        };
    }
}
