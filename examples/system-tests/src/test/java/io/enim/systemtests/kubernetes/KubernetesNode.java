package io.enim.systemtests.kubernetes;

import io.enim.systemtests.e2e.AgentProcess;
import io.enim.systemtests.e2e.ContainerdNode;
import io.enim.systemtests.e2e.HostPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** A cluster of one node: control plane, kubelet, containerd and the agent, each a process of its own. */
final class KubernetesNode implements AutoCloseable {
    /** The node's own, on a bridge without ports. */
    static final String ADDRESS = "192.168.99.1";

    private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";
    private static final Path DEVICE_PLUGINS = Path.of("/var/lib/kubelet/device-plugins");

    private final Path directory;
    final ContainerdNode node;
    final ControlPlane controlPlane;
    final Kubelet kubelet;
    final Workloads workloads;
    private final Path programs;
    private Process proxy;

    /**
     * Starts all; the node is ready for pods when this returns.
     *
     * @param more settings of the agent, beside those that every test needs; an empty one is left to its default
     */
    KubernetesNode(Path directory, int enis, Map<String, String> more) throws Exception {
        this.directory = directory;
        this.programs = Path.of(System.getProperty("enim.programs"));
        addAddress();
        Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
        Map<String, String> settings = new HashMap<>(Map.of(
                "agent.host-link.service-cidrs",
                ControlPlane.SERVICES,
                "agent.host-link.node-cidrs",
                ADDRESS + "/32",
                "agent.device-plugin",
                DEVICE_PLUGINS.toString(),
                "agent.cri-socket",
                directory.resolve("containerd.sock").toString()));
        settings.putAll(more);
        this.node = new ContainerdNode(directory, enis, settings);
        useEnis();
        this.controlPlane = new ControlPlane(programs, directory.resolve("control-plane"));
        this.kubelet = new Kubelet(programs, directory, controlPlane.kubeconfig);
        this.workloads = new Workloads(controlPlane.api);
        startProxy();
        awaitReady(enis);
    }

    /** Gives the pods that come an ENI each. */
    void useEnis() throws IOException {
        node.containerd.useNetwork(
                "pods",
                "{\"type\":\"enim\",\"capabilities\":{\"io.kubernetes.cri.pod-annotations\":true}}",
                "{\"type\":\"portmap\",\"capabilities\":{\"portMappings\":true},\"snat\":true}");
    }

    /** Gives the pods that come an address behind a bridge of the node. */
    void useBridge() throws IOException {
        node.containerd.useNetwork("bridge", """
                {"type":"bridge","bridge":"cni0","isGateway":true,
                 "ipam":{"type":"host-local","ranges":[[{"subnet":"10.89.0.0/24"}]]}}""");
    }

    /** Gives this machine the node's address. */
    static void addAddress() throws Exception {
        for (String step :
                List.of("link add node0 type bridge", "addr add " + ADDRESS + "/24 dev node0", "link set node0 up")) {
            HostPrograms.run(("busybox ip " + step).split(" ")).successful();
        }
    }

    /** kube-proxy, which leads what the pods send to services by their host links to other pods. */
    private void startProxy() throws IOException {
        proxy = HostPrograms.start(
                directory.resolve("kube-proxy.log"),
                programs.resolve("kube-proxy").toString(),
                "--kubeconfig=" + controlPlane.kubeconfig,
                "--hostname-override=" + AgentProcess.NODE,
                "--proxy-mode=iptables",
                "--masquerade-all",
                "--healthz-bind-address=127.0.0.1:10256",
                "--metrics-bind-address=127.0.0.1:10249",
                // Settings of the whole machine, which are left alone.
                "--conntrack-max-per-core=0",
                "--conntrack-tcp-timeout-established=0",
                "--conntrack-tcp-timeout-close-wait=0");
    }

    /** The node is ready, and the kubelet knows as many devices as there are ENIs. */
    void awaitReady(int enis) {
        HostPrograms.await(
                "the node is ready with " + enis + " devices",
                kubelet.log,
                () -> workloads.nodeIsReady() && workloads.allocatable().equals(Integer.toString(enis)));
    }

    /**
     * All that runs on the node dies at once, and comes back as after a boot: the run directories are empty, the boot has another
     * id, and no network namespace is left. The agent is the last to start.
     */
    void reboot() throws Exception {
        Set<Long> survivors = new HashSet<>();
        controlPlane.processes().forEach(each -> survivors.add(each.pid()));
        ProcessHandle self = ProcessHandle.current();
        for (ProcessHandle each = self; each != null; each = each.parent().orElse(null)) {
            survivors.add(each.pid());
        }
        node.agent.kill();
        kubelet.kill();
        node.containerd.kill();
        List<ProcessHandle> others = ProcessHandle.allProcesses()
                .filter(each -> !survivors.contains(each.pid()))
                .toList();
        others.forEach(ProcessHandle::destroyForcibly);
        // One whose parent died stays in the table of processes, without a program.
        HostPrograms.await(
                "all have ended",
                kubelet.log,
                () -> others.stream().noneMatch(each -> each.info().command().isPresent()));
        unmountBelow(
                Path.of("/run/netns"),
                directory.resolve("state"),
                directory.resolve("enim-run"),
                Path.of("/var/lib/kubelet/pods"));
        forgetNamespaces();
        empty(directory.resolve("state"));
        empty(directory.resolve("enim-run"));
        Path id = Files.writeString(directory.resolve("boot-id"), UUID.randomUUID() + "\n");
        HostPrograms.run("mount", "--bind", id.toString(), BOOT_ID).successful();
        node.containerd.restart();
        kubelet.start();
        startProxy();
        node.agent.restart();
    }

    /** But for the cloud's own network, which is not the node's. */
    private static void forgetNamespaces() throws IOException {
        try (Stream<Path> names = Files.list(Path.of("/run/netns"))) {
            for (Path each : names.filter(name -> !isTheClouds(name)).toList()) {
                Files.delete(each);
            }
        }
    }

    private static boolean isTheClouds(Path namespace) {
        return namespace.getFileName().toString().startsWith("vpc-");
    }

    private static void unmountBelow(Path... parents) throws IOException, InterruptedException {
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .map(line -> line.split(" ")[4])
                .filter(point -> Stream.of(parents).anyMatch(parent -> point.startsWith(parent + "/")))
                .filter(point -> !isTheClouds(Path.of(point)))
                .sorted(Comparator.reverseOrder())
                .toList();
        for (String each : mounts) {
            HostPrograms.run("umount", "--lazy", each).successful();
        }
    }

    private static void empty(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return;
        }
        try (Stream<Path> files = Files.walk(parent)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!each.equals(parent)) {
                    Files.delete(each);
                }
            }
        }
    }

    /** The ids of the ENIs that the cloud has. */
    Set<String> cloud() throws IOException {
        return node.agent.cloudEnis();
    }

    AgentProcess agent() {
        return node.agent;
    }

    @Override
    public void close() throws IOException {
        proxy.destroyForcibly().onExit().join();
        kubelet.close();
        controlPlane.close();
        node.close();
    }
}
