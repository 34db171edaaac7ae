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
        RENAME,
        SWAP_INTO_THE_AGENTS_NAMES,
        SET_DOWN,
        CONFIGURE,
        SET_ATTRIBUTES,
        ENSLAVE;

        void doTo(String name, TestbedNamespace host, Random random) {
            switch (this) {
                case RENAME -> {
                    host.setDown(name);
                    host.rename(name, "ens" + random.nextInt(100));
                }
                case SWAP_INTO_THE_AGENTS_NAMES -> {
                    host.setDown(name);
                    host.rename(name, "eni" + (1 + random.nextInt(4)));
                }
                case SET_DOWN -> host.setDown(name);
                case CONFIGURE -> {
                    host.setUp(name);
                    host.addAddress(name, Cidr.parseAddress("10.99.0." + random.nextInt(250)), 24);
                    host.setMtu(name, 1300 + random.nextInt(200));
                }
                case SET_ATTRIBUTES -> {
                    host.setAlias(name, "managed by the machine");
                    host.addAlternativeName(name, "alt" + random.nextInt(1000));
                    host.setTxQueueLength(name, 10 + random.nextInt(10));
                    host.setGroup(name, 3);
                }
                case ENSLAVE -> {
                    host.attach(name, HostileHostIT.BRIDGE);
                    LockSupport.parkNanos(PAUSE_NANOS);
                    host.detach(name);
                }
            }
        }
    }

    private final Action action;
    private final TestbedNamespace host;
    private final AtomicBoolean on;
    private final Random random;
    final LongAdder done = new LongAdder();
    /** What the kernel refused, mostly because the device had just left, with how often. */
    final Map<String, LongAdder> refused = new ConcurrentHashMap<>();

    HostInterference(Action action, TestbedNamespace host, AtomicBoolean on) {
        this.action = action;
        this.host = host;
        this.on = on;
        this.random = new Random(action.ordinal());
    }

    @Override
    public void run() {
        while (on.get()) {
            List<String> devices = host.devices().stream()
                    .map(Device::name)
                    .filter(name -> !name.equals(HostileHostIT.BRIDGE) && !name.startsWith(HostileHostIT.FOREIGN))
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
