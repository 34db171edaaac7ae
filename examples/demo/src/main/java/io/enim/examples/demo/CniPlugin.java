// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import io.enim.examples.agent.cni.spec.CniJson;
import io.enim.examples.agent.cni.spec.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Calls the CNI plugin as containerd does: a process, an environment, a configuration on standard input. */
public final class CniPlugin {
    private final Path plugin;
    private final Path socket;

    public CniPlugin(Path plugin, Path socket) {
        this.plugin = plugin;
        this.socket = socket;
    }

    /** What the plugin printed, and its exit status. */
    public record PluginOutput(int exit, String output) {
        JsonFields json() {
            return CniJson.read(output.getBytes(StandardCharsets.UTF_8));
        }

        /** The addresses of a result, without their prefix lengths. */
        public List<String> addresses() {
            return ips("address").map(address -> address.split("/", 2)[0]).toList();
        }

        public List<String> gateways() {
            return ips("gateway").toList();
        }

        private Stream<String> ips(String key) {
            return json().objects("ips").stream().map(ip -> ip.text(key).orElse("none"));
        }
    }

    /** Calls the plugin for a pod of the namespace {@code shop}. */
    public PluginOutput call(String command, String pod, String container, String netns, String more) {
        ProcessBuilder builder = new ProcessBuilder(plugin.toString()).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("ENIM_"));
        environment.put("ENIM_SOCKET", socket.toString());
        environment.put("CNI_COMMAND", command);
        environment.put("CNI_CONTAINERID", container);
        environment.put("CNI_NETNS", netns);
        environment.put("CNI_IFNAME", "eth0");
        String names = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=" + pod + ";K8S_POD_INFRA_CONTAINER_ID=" + container;
        environment.put("CNI_ARGS", "IgnoreUnknown=1;" + names);
        environment.put("CNI_PATH", String.valueOf(plugin.getParent()));
        String config = "{\"cniVersion\":\"1.0.0\",\"name\":\"demo\",\"type\":\"enim\"" + more + "}";
        try {
            Process process = builder.start();
            try (var in = process.getOutputStream()) {
                in.write(config.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new PluginOutput(ChildProcess.await(process), output);
        } catch (IOException e) {
            throw new DemoException("cannot call the plugin " + plugin + ": " + e.getMessage(), e);
        }
    }
}
