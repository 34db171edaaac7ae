package io.enim.systemtests.kubernetes;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.systemtests.e2e.HostPrograms;
import io.enim.systemtests.install.ImageNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A cluster of one node whose agent the cluster runs itself, from the image and the manifests. */
final class DaemonSetNode implements AutoCloseable {
    private static final String SYSTEM = "/namespaces/kube-system/";
    private static final String SET = "/apis/apps/v1" + SYSTEM + "daemonsets/enim-agent";

    final ImageNode node;
    final ControlPlane controlPlane;
    final Workloads workloads;
    private final Kubelet kubelet;

    /** Starts all; the DaemonSet's pod is ready, and so is the node, when this returns. */
    DaemonSetNode(Path directory, int enis, String image) throws Exception {
        Path programs = Path.of(System.getProperty("enim.programs"));
        KubernetesNode.addAddress();
        this.node = new ImageNode(directory, enis);
        node.containerd.images("tag", ImageNode.LATEST, image);
        this.controlPlane = new ControlPlane(programs, directory.resolve("control-plane"));
        this.kubelet = new Kubelet(programs, directory, controlPlane.kubeconfig);
        this.workloads = new Workloads(controlPlane.api);
        for (Map<String, Object> object : node.objects(image)) {
            controlPlane.api.create(collection(object.get("kind").toString()), JSON.std.asString(object));
        }
        awaitRollout(image);
        HostPrograms.await("the node is ready", kubelet.log, workloads::nodeIsReady);
    }

    private static String collection(String kind) {
        return switch (kind) {
            case "ServiceAccount" -> "/api/v1" + SYSTEM + "serviceaccounts";
            case "ConfigMap" -> "/api/v1" + SYSTEM + "configmaps";
            case "DaemonSet" -> "/apis/apps/v1" + SYSTEM + "daemonsets";
            default -> throw new AssertionError("where are objects of kind " + kind + "?");
        };
    }

    /** Gives the DaemonSet another image, as {@code kubectl set image}; all its pods run it when this returns. */
    void roll(String image) throws IOException {
        String containers = """
                [{"name": "%s", "image": "%s"}]
                """;
        controlPlane.api.patch(
                SET, """
                {"spec": {"template": {"spec": {"initContainers": %s, "containers": %s}}}}
                """.formatted(containers.formatted("plugin", image), containers.formatted("agent", image)));
        awaitRollout(image);
    }

    private void awaitRollout(String image) {
        HostPrograms.await("the agent's pod is ready with " + image, kubelet.log, () -> {
            Map<String, Object> set = controlPlane.api.get(SET);
            Map<String, Object> status = PodView.map(set.get("status"));
            String generation = PodView.text(PodView.map(set.get("metadata")), "generation");
            return PodView.text(status, "observedGeneration").equals(generation)
                    && PodView.text(status, "updatedNumberScheduled").equals("1")
                    && PodView.text(status, "numberReady").equals("1");
        });
    }

    @Override
    public void close() throws IOException {
        kubelet.close();
        controlPlane.close();
        node.close();
    }
}
