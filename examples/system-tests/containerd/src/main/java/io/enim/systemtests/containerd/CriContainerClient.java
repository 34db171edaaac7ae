// SPDX-License-Identifier: Apache-2.0
package io.enim.systemtests.containerd;

import io.enim.systemtests.containerd.ContainerSpec.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Containers of pods on the host's network, by the container runtime interface, version 1. Calls block until they are done, a
 * minute at most. Safe for concurrent use.
 */
public final class CriContainerClient {
    /** Of the pods that this makes. */
    public static final String NAMESPACE = "kube-system";

    /** {@code NamespaceMode.CONTAINER}. */
    private static final int OWN = 1;

    /** {@code NamespaceMode.NODE}. */
    private static final int NODE = 2;

    private static final int HOST_TO_CONTAINER = 1;

    /** What a kubelet hides from a container, and what it makes read-only, unless the container is privileged. */
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware");

    private static final List<String> READ_ONLY =
            List.of("/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final CriSandboxClient cri;
    private final AtomicInteger attempts = new AtomicInteger();

    CriContainerClient(CriSandboxClient cri) {
        this.cri = cri;
    }

    /** A pod on the host's network; {@code logs} has its containers' logs. */
    public record HostPod(String id, String name, Path logs) {
        private ProtobufMessage config() {
            ProtobufMessage metadata =
                    new ProtobufMessage().text(1, name).text(2, "uid-" + name).text(3, NAMESPACE);
            ProtobufMessage onHost = new ProtobufMessage().number(1, NODE).number(2, NODE);
            ProtobufMessage linux = new ProtobufMessage()
                    .text(1, "/" + CriSandboxClient.CGROUP)
                    .message(2, new ProtobufMessage().message(1, onHost));
            return new ProtobufMessage()
                    .message(1, metadata)
                    .text(3, logs.toString())
                    .message(8, linux);
        }
    }

    public HostPod runPod(String name, Path logs) {
        HostPod planned = new HostPod("", name, logs);
        byte[] answer = cri.call("RunPodSandbox", new ProtobufMessage().message(1, planned.config()));
        return new HostPod(CriSandboxClient.text(answer, 1), name, logs);
    }

    /** Creates and starts a container; its id. */
    public String start(HostPod pod, ContainerSpec spec) {
        ProtobufMessage request =
                new ProtobufMessage().text(1, pod.id()).message(2, config(spec)).message(3, pod.config());
        String id = CriSandboxClient.text(cri.call("CreateContainer", request), 1);
        cri.call("StartContainer", new ProtobufMessage().text(1, id));
        return id;
    }

    private ProtobufMessage config(ContainerSpec spec) {
        ProtobufMessage metadata = new ProtobufMessage().text(1, spec.name()).number(2, attempts.incrementAndGet());
        ProtobufMessage config =
                new ProtobufMessage().message(1, metadata).message(2, new ProtobufMessage().text(1, spec.image()));
        spec.command().forEach(word -> config.text(3, word));
        spec.arguments().forEach(word -> config.text(4, word));
        spec.environment()
                .forEach((key, value) ->
                        config.message(6, new ProtobufMessage().text(1, key).text(2, value)));
        spec.mounts().forEach(mount -> config.message(7, of(mount)));
        ProtobufMessage resources = new ProtobufMessage().number(4, spec.memory());
        return config.text(11, spec.name() + ".log")
                .message(15, new ProtobufMessage().message(1, resources).message(2, security(spec)));
    }

    private static ProtobufMessage of(Mount mount) {
        return new ProtobufMessage()
                .text(1, mount.point())
                .text(2, mount.source().toString())
                .number(3, mount.isReadOnly() ? 1 : 0)
                .number(5, mount.receives() ? HOST_TO_CONTAINER : 0);
    }

    private static ProtobufMessage security(ContainerSpec spec) {
        ProtobufMessage capabilities = new ProtobufMessage().text(2, "ALL");
        spec.capabilities().forEach(each -> capabilities.text(1, each));
        ProtobufMessage context = new ProtobufMessage()
                .message(1, capabilities)
                .message(3, new ProtobufMessage().number(1, NODE).number(2, spec.seesProcesses() ? NODE : OWN))
                .message(5, new ProtobufMessage().number(1, 0))
                .flag(7)
                .flag(11);
        MASKED.forEach(path -> context.text(13, path));
        READ_ONLY.forEach(path -> context.text(14, path));
        // SecurityProfile.RuntimeDefault is 0.
        return context.message(15, new ProtobufMessage());
    }

    /** Whether it runs; a container that has ended is there until it is removed. */
    public boolean runs(String id) {
        // CONTAINER_RUNNING is 1.
        return ProtobufMessage.number(status(id), 3) == 1;
    }

    /** How a container that does not run has ended. */
    public int exitCode(String id) {
        return (int) ProtobufMessage.number(status(id), 7);
    }

    private byte[] status(String id) {
        return ProtobufMessage.read(cri.call("ContainerStatus", new ProtobufMessage().text(1, id)), 1)
                .get(0);
    }

    /** SIGTERM, and SIGKILL after so many seconds; at once with 0. */
    public void stop(String id, int seconds) {
        cri.call("StopContainer", new ProtobufMessage().text(1, id).number(2, seconds));
    }

    public void remove(String id) {
        cri.call("RemoveContainer", new ProtobufMessage().text(1, id));
    }

    /** Ends what runs in it, and removes it. */
    public void remove(HostPod pod) {
        cri.stop(pod.id());
        cri.remove(pod.id());
    }
}
