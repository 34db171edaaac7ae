package io.enim.systemtests.host;

import io.enim.Cidr;
import io.enim.netlink.NetlinkException;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** A thread that does to whatever is on the host what udev, NetworkManager and networkd do, and some things they do not. */
final class HostInterference implements Runnable {
    /** Between two deeds; the machine's software is quicker only in bursts. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    /** What it does to a device on the host. */
    enum Action {
        RENAME {
            @Override
            void doTo(Device device, TestbedNamespace host, Random random) {
                host.setDown(device.name());
                host.rename(device.name(), "ens" + random.nextInt(100));
            }
        },
        SWAP_INTO_THE_AGENTS_NAMES {
            @Override
            void doTo(Device device, TestbedNamespace host, Random random) {
                host.setDown(device.name());
                host.rename(device.name(), "eni" + (1 + random.nextInt(4)));
            }
        },
        SET_DOWN {
            @Override
            void doTo(Device device, TestbedNamespace host, Random random) {
                host.setDown(device.name());
            }
        },
        CONFIGURE {
            @Override
            void doTo(Device device, TestbedNamespace host, Random random) {
                host.setUp(device.name());
                host.addAddress(device.name(), Cidr.parseAddress("10.99.0." + random.nextInt(250)), 24);
                host.setMtu(device.name(), 1300 + random.nextInt(200));
            }
        },
        SET_ATTRIBUTES {
            @Override
            void doTo(Device device, TestbedNamespace host, Random random) {
                host.setAlias(device.name(), "managed by the machine");
                host.addAlternativeName(device.name(), "alt" + random.nextInt(1000));
                host.setTxQueueLength(device.name(), 10 + random.nextInt(10));
                host.setGroup(device.name(), 3);
            }
        },
        ENSLAVE {
            @Override
            void doTo(Device device, TestbedNamespace host, Random random) {
                host.attach(device.name(), HostileHostIT.BRIDGE);
                LockSupport.parkNanos(PAUSE_NANOS);
                host.detach(device.name());
            }
        };

        abstract void doTo(Device device, TestbedNamespace host, Random random);
    }

    private final Action action;
    private final TestbedNamespace host;
    private final AtomicBoolean on;
    private final Random random;
    final LongAdder done = new LongAdder();
    /** What the kernel refused, mostly because the device had just left, with how often. */
    final Map<String, LongAdder> refused = new ConcurrentHashMap<>();

    HostInterference(Action deed, TestbedNamespace host, AtomicBoolean on, long seed) {
        this.action = deed;
        this.host = host;
        this.on = on;
        this.random = new Random(seed);
    }

    @Override
    public void run() {
        while (on.get()) {
            List<Device> devices = host.devices().stream()
                    .filter(device -> !device.name().equals(HostileHostIT.BRIDGE)
                            && !device.name().startsWith(HostileHostIT.FOREIGN))
                    .toList();
            if (!devices.isEmpty()) {
                try {
                    action.doTo(devices.get(random.nextInt(devices.size())), host, random);
                    done.increment();
                } catch (NetlinkException e) {
                    refused.computeIfAbsent(e.errnoName(), errno -> new LongAdder())
                            .increment();
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public String toString() {
        return action + ": done " + done + ", refused " + new TreeMap<>(refused);
    }
}
