package io.enim.systemtests.install;

import io.enim.systemtests.containerd.ContainerSpec;
import io.enim.systemtests.containerd.ContainerSpec.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The containers of the DaemonSet's pods, as a kubelet would have them run.
 *
 * @param directories the directory of this machine that stands for a directory of the node, or is that itself
 * @param settings the directory that stands for the ConfigMap
 * @param node the node's name
 */
record DaemonSetPod(UnaryOperator<Path> directories, Path settings, String node) {
    /** Fails where the manifest asks for what {@link ContainerSpec} does not give, such as to be privileged. */
    ContainerSpec container(String kind, String name, String image) throws IOException {
        Manifest pod = template();
        Manifest container = pod.list(kind).stream()
                .filter(each -> each.text("name").equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the DaemonSet has no container " + name));
        Map<String, Mount> volumes = new HashMap<>();
        for (Manifest volume : pod.list("volumes")) {
            Path source = volume.has("configMap")
                    ? settings
                    : directories.apply(Path.of(volume.at("hostPath").text("path")));
            volumes.put(volume.text("name"), new Mount("", source, false, false));
        }
        List<Mount> mounts = container.list("volumeMounts").stream()
                .map(each -> new Mount(
                        each.text("mountPath"),
                        volumes.get(each.text("name")).source(),
                        each.isTrue("readOnly"),
                        each.text("mountPropagation").equals("HostToContainer")))
                .toList();
        return new ContainerSpec(
                name,
                image,
                container.words("command"),
                container.words("args"),
                container.has("env") ? Map.of("ENIM_NODE", node) : Map.of(),
                mounts,
                container.at("securityContext.capabilities").words("add"),
                bytes(container.at("resources.limits").text("memory")),
                pod.isTrue("hostPID"));
    }

    static Manifest template() throws IOException {
        return Manifest.read("daemonset.yaml").at("spec.template.spec");
    }

    private static long bytes(String quantity) {
        return quantity.isEmpty() ? 0 : Long.parseLong(quantity.replace("Mi", "")) << 20;
    }
}
