package io.enim.provider.fake.device;

import io.enim.EniAddress;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.spi.Device;
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
 * A device of the kernel in memory, open to the hands of a tenant or of a test. To be touched only inside
 * {@link InMemoryDevices#modifyDevice}.
 */
public final class InMemoryDevice {
    private final MacAddress permanentMac;
    private final int ifindex;
    String name;
    /** The current MAC. */
    public MacAddress mac;
    /** The MTU, in bytes. */
    public int mtu = 1500;
    /** The transmit queue's length. */
    public int txQueueLength = 1000;
    /** The group. */
    public int group;
    /** The limits of segmentation offload. */
    public final Map<String, Integer> segmentation = new TreeMap<>(Map.of("gso_max_size", 65_536));
    /** The alias. */
    public @Nullable String alias;
    /** Alternative names. */
    public final List<String> altNames = new ArrayList<>();
    /** {@code promisc}, {@code allmulti}, {@code noarp}. */
    public final Set<String> flags = new TreeSet<>();
    /** Whether it is up. */
    public boolean up;
    /** Whether it dies with its namespace, as devices without hardware do. */
    boolean isVirtual;
    /** Whether it is one that is never to be touched. */
    boolean isProtected;

    final Set<EniAddress> addresses = new LinkedHashSet<>();
    final Set<Route> routes = new LinkedHashSet<>();

    InMemoryDevice(int ifindex, String name, MacAddress mac) {
        this.ifindex = ifindex;
        this.name = name;
        this.mac = mac;
        this.permanentMac = mac;
    }

    int ifindex() {
        return ifindex;
    }

    MacAddress identity() {
        return permanentMac;
    }

    /** What the kernel does to every device that changes its namespace. */
    void flush() {
        addresses.clear();
        routes.clear();
        up = false;
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
