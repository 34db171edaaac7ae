// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.pod;

import io.enim.benchmarks.device.Contender;
import io.enim.benchmarks.device.LineProgram;
import io.enim.systemtests.containerd.Containerd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Runs the sandbox of one pod on one network until its address answers, and stops it. Not thread-safe. */
final class PodContender implements Contender {
    private final Containerd containerd;
    private final String network;
    private final String plugin;
    private final LineProgram probe;
    private final List<Double> started = new ArrayList<>();
    private String sandbox = "";

    PodContender(Containerd containerd, String network, String plugin, LineProgram probe) {
        this.containerd = containerd;
        this.network = network;
        this.plugin = plugin;
        this.probe = probe;
    }

    /** How long each call of RunPodSandbox took, in ms, the warm-up included. */
    List<Double> started() {
        return started;
    }

    @Override
    public Timing add() {
        try {
            containerd.useNetwork(network, plugin);
        } catch (IOException e) {
            throw new UncheckedIOException("containerd has no network " + network, e);
        }
        long began = System.nanoTime();
        sandbox = containerd.cri().run("bench", "pod");
        started.add((System.nanoTime() - began) / 1e6);
        probe.ask(containerd.cri().address(sandbox));
        return Timing.of(System.nanoTime() - began);
    }

    @Override
    public Timing del() {
        long began = System.nanoTime();
        containerd.cri().stop(sandbox);
        long nanos = System.nanoTime() - began;
        containerd.cri().remove(sandbox);
        return Timing.of(nanos);
    }

    @Override
    public void close() {
        probe.close();
    }
}
