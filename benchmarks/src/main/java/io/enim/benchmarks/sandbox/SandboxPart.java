// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.sandbox;

import static io.enim.benchmarks.report.Sample.number;
import static java.util.Objects.requireNonNull;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.SandboxPool;
import io.enim.benchmarks.device.ContenderTimes;
import io.enim.benchmarks.device.DeviceTestbed;
import io.enim.benchmarks.device.InterleavedRounds;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result.Table;
import io.enim.benchmarks.report.Sample;
import io.enim.core.Enim;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Measures how long an application waits for a sandbox whose ENI has a usable address. */
public final class SandboxPart {
    private static final String TAKEN = "a ready sandbox";
    private static final String ADDED = "ADD into a namespace that is there";
    private static final String MADE = "a new namespace, and an ADD into it";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int READY = 4;

    private final NetworkDevices devices;
    private final EniManager manager;
    private final SandboxPool sandboxes;
    private int number;

    private SandboxPart(NetworkDevices devices, EniManager manager) {
        this.devices = devices;
        this.manager = manager;
        this.sandboxes = manager.sandboxes();
    }

    public static void measure(Draft draft) {
        draft.introduce("Ready sandboxes: an address without waiting for the kernel", """
            One manager with real veth devices keeps %d sandboxes ready, and serves ordinary endpoints beside. The three run in \
            turn, while nothing is made in the background; each answer is compared with the kernel afterwards. What a ready \
            sandbox costs when it is handed out is one record; the namespace and the move were paid before.\
            """, READY);
        try (DeviceTestbed testbed = new DeviceTestbed();
                NetworkDevices devices = new LinuxDevicesFactory().create();
                EniManager manager = Enim.builder(WarmManagers.settings(Path.of("/run", "sandboxes"), READY + 2, "46")
                                .set("enim.sandboxes.ready", String.valueOf(READY))
                                .build())
                        .devices(devices)
                        .build()) {
            new SandboxPart(devices, manager).measure(draft, testbed.newSlot().netns());
        }
    }

    private void measure(Draft draft, Path netns) {
        draft.progress("waits until " + READY + " sandboxes are ready");
        Map<String, ContenderTimes> all = new InterleavedRounds()
                .with(
                        TAKEN,
                        contender(
                                () -> sandboxes.take("key-" + ++number),
                                sandbox -> sandboxes.giveBack(sandbox.endpoint())))
                .with(ADDED, contender(() -> add(netns), sandbox -> manager.del(sandbox.endpoint())))
                .with(MADE, contender(this::makeAndAdd, this::delAndRemove))
                .measure(draft.quick() ? 3 : 60, draft.quick() ? 5 : 200);
        Table table = draft.table(
                "Until a sandbox has its address, and until it has ended",
                "µs | n | p50 | p99 | quartiles | x " + TAKEN + " | end p50 | p99");
        Sample taken = requireNonNull(all.get(TAKEN)).adds();
        all.forEach((name, times) -> {
            Sample adds = times.adds();
            Sample dels = times.dels();
            table.row(
                    "%s | %d | %,.0f | %,.0f | %s | %,.1f | %,.0f | %,.0f",
                    name,
                    adds.size(),
                    adds.median() * 1e3,
                    adds.p99() * 1e3,
                    number(adds.percentile(25) * 1e3, 0) + " to " + number(adds.percentile(75) * 1e3, 0),
                    ContenderTimes.ratio(adds, taken),
                    dels.median() * 1e3,
                    dels.p99() * 1e3);
        });
        double mean = ContenderTimes.ratio(requireNonNull(all.get(ADDED)).adds(), taken);
        double median = requireNonNull(all.get(ADDED)).adds().median() / taken.median();
        draft.target(
                "ready-sandboxes",
                "a ready sandbox at least 50x faster to a usable address than an ADD",
                number(mean, 1) + "x of means, " + number(median, 1) + "x of medians",
                mean >= 50);
    }

    private SandboxContender contender(Supplier<Assignment> get, Consumer<Assignment> end) {
        return new SandboxContender(manager, get, end, this::settle);
    }

    /** As many as are wanted are ready, and an ENI is free for an ADD. */
    private void settle() {
        while (sandboxes.ready() < READY) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        if (manager.assignments().size() == READY) {
            WarmManagers.awaitReady(manager, 2);
        }
    }

    private Assignment add(Path netns) {
        Endpoint endpoint = Endpoint.of("bench", "pod-" + ++number, "container-" + number);
        return manager.add(AddRequest.forEndpoint(endpoint).netns(netns).build());
    }

    private Assignment makeAndAdd() {
        Path netns = Path.of("/run/netns", "made-" + ++number);
        devices.createNamespace(netns, TIMEOUT);
        return add(netns);
    }

    private void delAndRemove(Assignment assignment) {
        manager.del(assignment.endpoint());
        devices.removeNamespace(assignment.sandbox().orElseThrow().path(), TIMEOUT);
    }
}
