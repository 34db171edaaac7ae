// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.gc;

import io.enim.AddRequest;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.benchmarks.device.NativePrograms;
import io.enim.benchmarks.device.WarmManagers;
import io.enim.core.Enim;
import io.enim.provider.fake.device.InMemoryDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A node with devices in memory and an assignment on every ENI. Its sandboxes are mounts or files. */
final class GcNode implements AutoCloseable {
    private final InMemoryDevices devices = new InMemoryDevices();
    private final List<Path> sandboxes = new ArrayList<>();
    private final AtomicLong cloudCalls = new AtomicLong();
    private final EniSettings settings;
    private EniManager manager;

    /**
     * A ready node without assignments.
     *
     * @param binder the program that mounts namespaces; without it all sandboxes are files, which {@link #kill} can delete
     */
    GcNode(Path directory, int size, Optional<Path> binder) throws IOException, InterruptedException {
        Path named = Files.createDirectories(directory.resolve("netns"));
        if (binder.isPresent()) {
            List<String> mount = List.of(binder.get().toString(), named.toString(), String.valueOf(size));
            NativePrograms.run(Map.of(), mount);
        }
        for (int i = 0; i < size; i++) {
            Path path = named.resolve("ns" + i);
            if (binder.isPresent()) {
                devices.registerSandbox(path);
            } else {
                devices.createSandbox(path);
            }
            sandboxes.add(path);
            devices.plugIn(SteadyCloud.mac(i));
        }
        settings = SteadyProviderFactory.settings(directory, size)
                // At its start, a pool of thousands waits for all its devices at once.
                .set(EniSetting.CLOUD_TIMEOUT, Duration.ofMinutes(5))
                .set(EniSetting.DEVICE_TIMEOUT, Duration.ofMinutes(10))
                .set(EniSetting.GC_INTERVAL, Duration.ofHours(1))
                .build();
        manager = build();
        WarmManagers.awaitReady(manager, size);
    }

    private EniManager build() {
        EniMetrics calls = new EniMetrics() {
            @Override
            public void cloudCall(String call, String outcome, Duration took) {
                cloudCalls.incrementAndGet();
            }
        };
        return Enim.builder(settings).devices(devices).metrics(calls).build();
    }

    void assignAll() {
        IntStream.range(0, sandboxes.size())
                .parallel()
                .mapToObj(i -> AddRequest.forEndpoint(Endpoint.of("bench", "pod-" + i, "container-" + i))
                        .netns(sandboxes.get(i))
                        .build())
                .forEach(manager::add);
    }

    EniManager manager() {
        return manager;
    }

    long cloudCalls() {
        return cloudCalls.get();
    }

    /** Deletes sandboxes that are files, from the last one on. */
    void kill(int count) {
        for (Path sandbox : sandboxes.subList(sandboxes.size() - count, sandboxes.size())) {
            devices.killSandbox(sandbox);
        }
    }

    /** Stops the manager and starts another one on its records; returns the nanoseconds of the start. */
    long restart() {
        int before = manager.assignments().size();
        manager.close();
        long began = System.nanoTime();
        manager = build();
        int after = manager.assignments().size();
        long took = System.nanoTime() - began;
        if (after != before) {
            throw new IllegalStateException(before + " assignments before the restart, " + after + " after it");
        }
        return took;
    }

    @Override
    public void close() {
        manager.close();
    }
}
