// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.device;

import io.enim.CheckReport.Difference;
import io.enim.EniAddress;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.LinkConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A network device in memory, open to changes by a tenant or a test. To be changed only inside
 * {@link InMemoryDevices#modifyDevice}.
 */
public final class InMemoryDevice {
    final MacAddress permanentMac;
    final int ifindex;
    String name;
    /** The current MAC. */
    public MacAddress mac;
    /** The MTU, in bytes. */
    public int mtu = 1500;

    public int txQueueLength = 1000;
    public int group;
    /** The limits of segmentation offload. */
    public final Map<String, Integer> segmentation = new TreeMap<>(Map.of("gso_max_size", 65_536));

    public @Nullable String alias;
    public final List<String> altNames = new ArrayList<>();
    /** {@code promisc}, {@code allmulti}, {@code noarp}. */
    public final Set<String> flags = new TreeSet<>();
    /** Whether it is up. */
    public boolean up;
    /** Whether it is deleted with its namespace, as devices without hardware are. */
    boolean isVirtual;
    /** Whether it must never be touched. */
    boolean isProtected;

    final Set<EniAddress> addresses = new LinkedHashSet<>();
    final Set<Route> routes = new LinkedHashSet<>();

    InMemoryDevice(int ifindex, String name, MacAddress mac) {
        this.ifindex = ifindex;
        this.name = name;
        this.mac = mac;
        this.permanentMac = mac;
    }

    /** Whether this is its name, or an alternative one. */
    boolean hasName(String text) {
        return name.equals(text) || altNames.contains(text);
    }

    /** What the kernel does to every device that changes its namespace. */
    void flush() {
        addresses.clear();
        routes.clear();
        up = false;
    }

    /** What software of the host configured on it. */
    List<String> hostConfiguration() {
        List<String> found = new ArrayList<>();
        if (up) {
            found.add("it is up");
        }
        addresses.forEach(address -> found.add("it has address " + address));
        routes.forEach(route -> found.add("it has route " + route));
        return found;
    }

    /** Takes back all that a tenant changed but the name. */
    void restore(DeviceBaseline baseline) {
        mac = baseline.mac();
        mtu = baseline.mtu();
        txQueueLength = baseline.txQueueLength();
        group = baseline.group();
        segmentation.putAll(baseline.segmentation());
        alias = null;
        altNames.clear();
        flags.clear();
    }

    List<Difference> differences(LinkConfig config) {
        List<Difference> differences = new ArrayList<>();
        if (!name.equals(config.name().value())) {
            differences.add(new Difference("name", config.name().value(), name));
        }
        if (!mac.equals(permanentMac)) {
            differences.add(new Difference("mac", permanentMac.toString(), mac.toString()));
        }
        if (!up) {
            differences.add(new Difference("state", "up", "down"));
        }
        config.mtu().stream()
                .filter(wanted -> wanted != mtu)
                .forEach(wanted ->
                        differences.add(new Difference("mtu", Integer.toString(wanted), Integer.toString(mtu))));
        config.addresses().stream()
                .filter(address -> !addresses.contains(address))
                .forEach(address -> differences.add(
                        new Difference("address", address.address().getHostAddress(), "missing")));
        config.routes().stream()
                .filter(route -> !routes.contains(route))
                .forEach(route -> differences.add(new Difference("route", route.toString(), "missing")));
        return differences;
    }

    Device toDevice() {
        return new Device(
                ifindex,
                name,
                mac,
                Optional.of(permanentMac),
                Optional.empty(),
                Optional.of("memory " + permanentMac),
                up,
                mtu,
                txQueueLength,
                group,
                segmentation,
                List.copyOf(flags),
                Optional.ofNullable(alias),
                altNames,
                0);
    }
}
