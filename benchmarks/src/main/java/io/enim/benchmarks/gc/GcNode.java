// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.gc;

import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
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
public final class GcNode implements AutoCloseable {
    private final InMemoryDevices devices = new InMemoryDevices();
    private final List<Path> sandboxes = new ArrayList<>();
    private final AtomicLong cloudCalls = new AtomicLong();
    private final EniSettings settings;
    private final boolean areMounts;
    private final Path named;
    private EniManager manager;

    /**
     * A ready node without assignments.
     *
     * @param binder the program that mounts namespaces; without it all sandboxes are files, which {@link #kill} can delete
     */
    public GcNode(Path directory, int size, Optional<Path> binder) throws IOException, InterruptedException {
        areMounts = binder.isPresent();
        named = Files.createDirectories(directory.resolve("netns"));
        if (binder.isPresent()) {
            List<String> mount = List.of(binder.get().toString(), named.toString(), String.valueOf(size));
            NativePrograms.run(Map.of(), mount);
        }
        for (int i = 0; i < size; i++) {
            Path path = named.resolve("ns" + i);
            if (areMounts) {
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
        IntStream.range(0, sandboxes.size()).parallel().forEach(this::assign);
    }

    /** The ADD of the endpoint in this sandbox. */
    public void assign(int sandbox) {
        manager.add(AddRequest.forEndpoint(endpoint(sandbox))
                .netns(sandboxes.get(sandbox))
                .whenEmpty(WhenEmpty.WAIT)
                .build());
    }

    /** The DEL of the endpoint in this sandbox. */
    public void end(int sandbox) {
        manager.del(endpoint(sandbox));
    }

    private static Endpoint endpoint(int sandbox) {
        return Endpoint.of("bench", "pod-" + sandbox, "container-" + sandbox);
    }

    /** The least that a collection on this node must do. */
    CollectionFloor floor() throws IOException {
        return new CollectionFloor(sandboxes, areMounts);
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
    public void close() throws IOException {
        manager.close();
        if (areMounts) {
            try {
                NativePrograms.run(Map.of(), List.of("umount", "--lazy", named.toString()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(
                        "umount " + named + ": interrupted before its end; the mounts end with this process", e);
            }
        }
    }
}
