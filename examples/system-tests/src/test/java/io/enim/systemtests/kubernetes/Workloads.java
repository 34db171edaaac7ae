package io.enim.systemtests.kubernetes;

import io.enim.systemtests.e2e.AgentProcess;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What a test runs in the default namespace, and what it asks of the API server. */
final class Workloads {
    private static final String CORE = "/api/v1/namespaces/default/";
    private static final String APPS = "/apis/apps/v1/namespaces/default/";
    private static final String NODE = "/api/v1/nodes/" + AgentProcess.NODE;

    /** A container of a pod, with a web server on port 8080. */
    private static final String CONTAINER = """
            "name": "web", "image": "localhost/pause:1", "imagePullPolicy": "Never",
            "command": ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/"]
            """;

    /** The strategy of a deployment that never has one pod less, and at most one too many. */
    static final String ROLLING =
            "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":0,\"maxSurge\":1}}";

    /** Asks the scheduler for an ENI. */
    static final String ONE_ENI = """
            "resources": {"limits": {"enim.io/eni": "1"}}
            """;

    private final ApiClient api;

    Workloads(ApiClient api) {
        this.api = api;
    }

    private static String spec(String container) {
        return """
        {"terminationGracePeriodSeconds": 1, "containers": [{%s%s}]}
        """.formatted(CONTAINER, container.isEmpty() ? "" : ", " + container);
    }

    /** Runs a pod; {@code container} are further fields of its container, {@code annotations} an object. */
    void pod(String name, String annotations, String container) throws IOException {
        api.create(CORE + "pods", """
                {"metadata": {"name": "%s", "labels": {"app": "%s"}, "annotations": %s}, "spec": %s}
                """.formatted(name, name, annotations, spec(container)));
    }

    void pod(String name) throws IOException {
        pod(name, "{}", "");
    }

    /** Makes a deployment; {@code strategy} is an object. */
    void deployment(String name, int replicas, String strategy, String container) throws IOException {
        api.create(APPS + "deployments", """
                {"metadata": {"name": "%1$s"}, "spec": {"replicas": %2$d, "strategy": %3$s,
                 "selector": {"matchLabels": {"app": "%1$s"}},
                 "template": {"metadata": {"labels": {"app": "%1$s"}}, "spec": %4$s}}}
                """.formatted(name, replicas, strategy, spec(container)));
    }

    void scale(String deployment, int replicas) throws IOException {
        api.merge(APPS + "deployments/" + deployment, "{\"spec\":{\"replicas\":" + replicas + "}}");
    }

    /** Another version of the pods: a rolling update begins. */
    void roll(String deployment, String version) throws IOException {
        api.merge(APPS + "deployments/" + deployment, """
                {"spec": {"template": {"metadata": {"labels": {"version": "%s"}}}}}
                """.formatted(version));
    }

    /** A service of the pods of an app, with a cluster IP. */
    void service(String name, String app) throws IOException {
        api.create(CORE + "services", """
                {"metadata": {"name": "%s"}, "spec": {"selector": {"app": "%s"}, "ports": [{"port": 80, "targetPort": 8080}]}}
                """.formatted(name, app));
    }

    /** The address that pods reach a service by. */
    String clusterIp(String service) throws IOException {
        return PodView.text(PodView.map(api.get(CORE + "services/" + service).get("spec")), "clusterIP");
    }

    /** The addresses that a service stands for. */
    List<String> endpoints(String service) throws IOException {
        return PodView.maps(api.get(CORE + "endpoints/" + service).get("subsets"))
                .flatMap(subset -> PodView.maps(subset.get("addresses")))
                .map(address -> PodView.text(address, "ip"))
                .toList();
    }

    List<PodView> pods() throws IOException {
        return PodView.maps(api.get(CORE + "pods").get("items"))
                .map(PodView::of)
                .toList();
    }

    List<PodView> running() throws IOException {
        return pods().stream().filter(PodView::runs).toList();
    }

    void delete(String pod) throws IOException {
        api.delete(CORE + "pods/" + pod, "");
    }

    /** As {@code kubectl delete --force --grace-period=0}: the API server forgets it at once, the node ends it later. */
    void deleteByForce(String pod) throws IOException {
        api.delete(CORE + "pods/" + pod, "{\"gracePeriodSeconds\":0}");
    }

    void deleteAll() throws IOException {
        api.delete(APPS + "deployments", "{\"propagationPolicy\":\"Background\"}");
        for (String service : names("services")) {
            if (!service.equals("kubernetes")) {
                api.delete(CORE + "services/" + service, "");
            }
        }
        api.delete(CORE + "pods", "");
    }

    private List<String> names(String kind) throws IOException {
        return PodView.maps(api.get(CORE + kind).get("items"))
                .map(each -> PodView.text(PodView.map(each.get("metadata")), "name"))
                .toList();
    }

    /** What the events of a pod say, those of a kind that was given as reason. */
    List<String> events(PodView pod, String reason) throws IOException {
        return PodView.maps(api.get(CORE + "events").get("items"))
                .filter(each -> PodView.text(PodView.map(each.get("involvedObject")), "uid")
                        .equals(pod.uid()))
                .filter(each -> PodView.text(each, "reason").equals(reason))
                .map(each -> PodView.text(each, "message"))
                .toList();
    }

    /** What all events say that were given this reason, each with the pod's name. */
    List<String> eventsOf(String reason) throws IOException {
        return PodView.maps(api.get(CORE + "events").get("items"))
                .filter(each -> PodView.text(each, "reason").equals(reason))
                .map(each -> PodView.text(PodView.map(each.get("involvedObject")), "name") + ": "
                        + PodView.text(each, "message"))
                .toList();
    }

    private Map<String, Object> nodeStatus() throws IOException {
        return PodView.map(api.get(NODE).get("status"));
    }

    /** How many ENIs the scheduler may give out on this node. */
    String allocatable() throws IOException {
        return PodView.text(PodView.map(nodeStatus().get("allocatable")), "enim.io/eni");
    }

    boolean nodeIsReady() throws IOException {
        return PodView.maps(nodeStatus().get("conditions"))
                .anyMatch(each -> PodView.text(each, "type").equals("Ready")
                        && PodView.text(each, "status").equals("True"));
    }

    /** The id of the boot that the kubelet told. */
    String bootId() throws IOException {
        return PodView.text(PodView.map(nodeStatus().get("nodeInfo")), "bootID");
    }
}
