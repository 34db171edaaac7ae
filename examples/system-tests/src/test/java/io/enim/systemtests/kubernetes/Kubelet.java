package io.enim.systemtests.kubernetes;

import io.enim.systemtests.containerd.CriSandboxClient;
import io.enim.systemtests.e2e.AgentProcess;
import io.enim.systemtests.e2e.HostPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The node's kubelet, a process that may be killed and started again. Its state is in {@code /var/lib/kubelet}. */
final class Kubelet implements AutoCloseable {
    private final String[] command;
    final Path log;
    private Process process;

    /** Starts it, for the containerd of the directory. */
    Kubelet(Path programs, Path directory, Path kubeconfig) throws IOException {
        Path resolvConf = Files.writeString(directory.resolve("resolv.conf"), "");
        Path config = Files.writeString(directory.resolve("kubelet.yaml"), """
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                address: 127.0.0.1
                authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
                authorization: {mode: AlwaysAllow}
                cgroupDriver: cgroupfs
                cgroupRoot: /%s
                cgroupsPerQOS: false
                enforceNodeAllocatable: []
                evictionHard: {nodefs.available: "1%%"}
                failSwapOn: false
                makeIPTablesUtilChains: false
                nodeStatusUpdateFrequency: 1s
                resolvConf: %s
                syncFrequency: 2s
                volumePluginDir: %s
                """.formatted(
                        CriSandboxClient.CGROUP, resolvConf, directory.resolve("volume-plugins")));
        this.log = directory.resolve("kubelet.log");
        this.command = new String[] {
            programs.resolve("kubelet").toString(),
            "--config=" + config,
            "--kubeconfig=" + kubeconfig,
            "--hostname-override=" + AgentProcess.NODE,
            "--node-ip=" + KubernetesNode.ADDRESS,
            "--container-runtime=remote",
            "--container-runtime-endpoint=unix://" + directory.resolve("containerd.sock"),
            "--pod-infra-container-image=localhost/pause:1"
        };
        start();
    }

    void start() throws IOException {
        process = HostPrograms.start(log, command);
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
