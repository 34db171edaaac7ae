// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import io.enim.EniManager;
import io.enim.MacAddress;
import io.enim.core.Enim;
import io.enim.examples.agent.Agent;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.provider.fake.device.InMemoryDevices;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Devices in memory and an agent in this process, for machines without private namespaces. */
final class InMemoryEnvironment extends DemoEnvironment {
    private static final Path HOST = Path.of("/");

    private final InMemoryDevices devices = new InMemoryDevices();
    private @Nullable Agent agent;

    InMemoryEnvironment(Path directory) {
        super(directory);
        System.setErr(log.stream()); // The agent logs there; the demo's own lines stay on standard output.
    }

    @Override
    public String description() {
        return "devices in memory, without traffic; the agent runs in the demo's own process";
    }

    @Override
    public void startAgent() {
        AgentSettings settings = AgentSettings.read(
                Optional.empty(), Map.of(), DemoAgentSettings.of(directory, "memory", "memory"), Optional.empty());
        EniManager manager = Enim.builder(settings.enim()).devices(devices).build();
        agent = Agent.start(settings, manager, CniMetrics.NONE, () -> "");
    }

    @Override
    public String killAgent() {
        return stopAgent() + " (it runs in the demo's process, which cannot be killed)";
    }

    @Override
    public String stopAgent() {
        Agent running = agent;
        if (running == null) {
            throw new DemoException("the agent is not running");
        }
        running.close();
        agent = null;
        return "the agent is stopped";
    }

    @Override
    public Container createContainer(String name) {
        Path netns = directory.resolve("netns-" + name);
        devices.createSandbox(netns);
        return new MemoryContainer(devices, netns);
    }

    @Override
    public boolean isOnHost(MacAddress mac) {
        return devices.whereIs(mac).filter(HOST::equals).isPresent();
    }

    @Override
    public void close() {
        Agent running = agent;
        if (running != null) {
            running.close();
        }
        devices.close();
    }

    private record MemoryContainer(InMemoryDevices devices, Path netns) implements Container {
        @Override
        public void kill() {
            devices.killSandbox(netns);
        }
    }
}
