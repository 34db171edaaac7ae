package io.enim.systemtests.kubernetes;

import io.enim.examples.agent.api.EniView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares cloud, agent, devices and API server: each ENI of the cloud is free with its device on the host, or held by one pod that
 * lives, which has the ENI's address and whose device, addresses and routes are as they were set up.
 *
 * @param others the names of the containers beside the kubelet's pods, which live
 */
record EniOracle(KubernetesNode cluster, Set<String> others) {
    /** What contradicts it; empty when nothing does. */
    List<String> contradictions() throws IOException {
        List<String> found = new ArrayList<>();
        List<EniView> enis = cluster.agent().enis();
        Set<String> known = new HashSet<>();
        enis.forEach(eni -> known.add(eni.id()));
        if (!known.equals(cluster.cloud())) {
            found.add("the cloud has " + cluster.cloud() + ", the agent " + known);
        }
        List<PodView> running = cluster.workloads.running();
        Set<String> holders = new HashSet<>();
        for (EniView eni : enis) {
            Map<String, String> holder = eni.holder();
            if (holder == null) {
                if (!eni.state().equals("READY") || !cluster.agent().isHome(eni)) {
                    found.add(eni + " is free, and home: " + cluster.agent().isHome(eni));
                }
                continue;
            }
            String name = holder.get("name");
            if (!holders.add(name)) {
                found.add(name + " holds more than one ENI");
            }
            List<PodView> pods =
                    running.stream().filter(pod -> pod.name().equals(name)).toList();
            if (pods.isEmpty() && !others.contains(name)) {
                found.add(eni + " is held by a pod that does not run");
            } else if (!pods.isEmpty()
                    && !eni.ipv4().address().startsWith(pods.get(0).ip() + "/")) {
                found.add(eni + " is held by " + pods.get(0));
            } else if (cluster.agent().isHome(eni)) {
                found.add(eni + " is held, and its device is on the host");
            } else {
                cluster.agent().ask("check", "default/" + name); // Fails where something differs.
            }
        }
        if (!holders.containsAll(others)) {
            found.add("of " + others + ", only these hold an ENI: " + holders);
        }
        for (PodView pod : running) {
            if (!holders.contains(pod.name())) {
                found.add(pod + " runs without an ENI");
            }
        }
        return found;
    }
}
