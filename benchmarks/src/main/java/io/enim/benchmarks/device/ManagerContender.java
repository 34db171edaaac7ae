// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.LinkOptions;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A whole manager: pool, allocator, ledger on tmpfs, devices. Each ADD is of a new endpoint. */
final class ManagerContender implements Contender {
    private static final AtomicInteger ENDPOINTS = new AtomicInteger();

    private final NetworkDevices devices;
    private final EniManager manager;
    private final Path netns;
    private final LinkOptions link;
    private Endpoint endpoint = Endpoint.of("bench", "none");

    ManagerContender(NetworkDevices devices, EniManager manager, Path netns, LinkOptions link) {
        this.devices = devices;
        this.manager = manager;
        this.netns = netns;
        this.link = link;
    }

    @Override
    public Timing add() {
        // The device of the ADD before is checked after its DEL.
        WarmManagers.awaitReady(manager, 1);
        int number = ENDPOINTS.incrementAndGet();
        endpoint = Endpoint.of("bench", "pod-" + number, "container-" + number);
        return Timing.of(devices, () -> {
            AddRequest request =
                    AddRequest.forEndpoint(endpoint).netns(netns).link(link).build();
            Assignment assignment = manager.add(request);
            if (assignment.sandbox().isEmpty()) {
                throw new IllegalStateException(
                        "the ADD of " + endpoint + " returned " + assignment + " without a sandbox");
            }
        });
    }

    @Override
    public Timing del() {
        return Timing.of(devices, () -> manager.del(endpoint));
    }
}
