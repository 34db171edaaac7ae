// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.Cidr;
import io.enim.EniAddress;
import io.enim.EniManager;
import io.enim.HostLink;
import io.enim.InterfaceName;
import io.enim.LinkOptions;
import io.enim.Route;
import io.enim.benchmarks.device.DeviceTestbed.Slot;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.spi.LinkConfig;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Creates the contenders of a device move, each with a device and a sandbox of its own. Families are 4 or 46. */
final class DeviceContenders implements AutoCloseable {
    static final String C = "C, the same messages";
    static final String LAYER = "ENIM, device layer";
    static final String MANAGER = "ENIM, manager";
    static final String LINKED = "ENIM, manager, with a host link";
    static final String CLASSIC = "C, classic sequence";
    static final String HOST_DEVICE = "host-device + static";

    final DeviceTestbed testbed = new DeviceTestbed();
    final NetworkDevices devices = new LinuxDevicesFactory().create();
    private final NativePrograms programs;
    private int directories;

    DeviceContenders(NativePrograms programs) {
        this.programs = programs;
    }

    Contender yardstick(String mode, String families) {
        return programs.yardstick(testbed.newSlot(), mode, families);
    }

    /** A foreign program that moves a device of its own all the time, and so contends for RTNL. */
    Contender mover() {
        Slot slot = testbed.newSlot();
        return new Coprocess(Map.of(), programs.yardstick().orElseThrow(), "spin", slot.device(), slot.netns());
    }

    Contender layer(String families) {
        List<EniAddress> addresses = new ArrayList<>();
        List<Route> routes = new ArrayList<>();
        addresses.add(EniAddress.parse("192.0.2.7", "192.0.2.0/24", "192.0.2.1"));
        routes.add(Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("192.0.2.1")));
        if (families.equals("46")) {
            addresses.add(EniAddress.parse("2001:db8::7", "2001:db8::/64", "2001:db8::1"));
            routes.add(Route.via(Cidr.parse("::/0"), Cidr.parseAddress("2001:db8::1")));
        }
        LinkConfig config = new LinkConfig(new InterfaceName("eth0"), addresses, routes);
        return new DeviceLayerContender(devices, testbed.newSlot(), config);
    }

    Contender of(EniManager manager) {
        return of(manager, LinkOptions.DEFAULT);
    }

    /** The manager, with a second link of each endpoint: to a service network and a node's address of each family. */
    Contender linked(EniManager manager) {
        List<Cidr> services = List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:96::/108"));
        List<Cidr> nodes = List.of(Cidr.parse("198.51.100.5/32"), Cidr.parse("2001:db8:5::5/128"));
        return of(manager, LinkOptions.DEFAULT.withHostLink(new HostLink(services, nodes)));
    }

    private Contender of(EniManager manager, LinkOptions link) {
        return new ManagerContender(devices, manager, testbed.newSlot().netns(), link);
    }

    EniManager manager(int enis, String families) {
        return WarmManagers.warm(devices, Path.of("/run", "manager" + ++directories), enis, families);
    }

    boolean hasPlugins() {
        return programs.plugins();
    }

    Contender commands(String kind, String families) {
        return programs.commands(testbed.newSlot(), kind, families, Map.of());
    }

    Contender hostDevice(String families) {
        return commands("host-device", families);
    }

    void plugin(InterleavedRounds rounds, String name, String families, int most) {
        if (programs.plugins()) {
            rounds.with(name, hostDevice(families), most);
        }
    }

    /** All contenders but the plugin. */
    InterleavedRounds rounds(EniManager manager, String families) {
        InterleavedRounds rounds = new InterleavedRounds()
                .with(C, yardstick("serve", families))
                .with(LAYER, layer(families))
                .with(MANAGER, of(manager))
                .with(CLASSIC, yardstick("classic", families));
        programs.classic().ifPresent(program -> {
            Slot slot = testbed.newSlot();
            rounds.with(
                    "Go, vishvananda/netlink", new Coprocess(Map.of(), program, slot.device(), slot.netns(), families));
        });
        return rounds;
    }

    @Override
    public void close() {
        devices.close();
        testbed.close();
    }
}
