// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import io.enim.MacAddress;
import io.enim.examples.agent.AgentCli;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Real veth devices; the agent and each container are processes of their own. Must run in private network and mount
 * namespaces with an empty {@code /run}; the namespaces, and everything in them, end with the demo.
 */
public final class VethEnvironment extends DemoEnvironment {
    private final NetworkTestbed testbed = NetworkTestbed.open();
    private final List<VethContainer> containers = new ArrayList<>();
    private @Nullable Process agent;

    public VethEnvironment(Path directory) {
        super(directory);
    }

    @Override
    public String description() {
        return "real veth devices in private namespaces; the cloud is the in-memory one";
    }

    @Override
    public void startAgent() {
        startAgent(DemoAgentSettings.of(directory, "linux", "veth"), Map.of());
    }

    /** Starts an agent with these settings and additional environment variables, such as credentials. */
    public void startAgent(Map<String, String> settings, Map<String, String> environment) {
        List<String> command = ChildProcess.jvm(AgentCli.class.getName());
        command.add("serve");
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.file()));
        builder.environment().putAll(environment);
        agent = ChildProcess.start(builder);
    }

    @Override
    public String killAgent() {
        return "kill -9 of the agent, pid " + end(Process::destroyForcibly, 128 + 9);
    }

    @Override
    public String stopAgent() {
        end(Process::destroy, 128 + 15);
        return "SIGTERM to the agent, which lets its requests end";
    }

    private long end(Consumer<Process> signal, int expected) {
        Process running = agent;
        if (running == null || !running.isAlive()) {
            throw new DemoException("the agent is not running; its log:\n" + log());
        }
        signal.accept(running);
        int status = ChildProcess.await(running);
        DemoException.require(status == expected, "the agent exited with " + status + ", not with " + expected);
        return running.pid();
    }

    @Override
    public Container createContainer(String name) {
        VethContainer container = new VethContainer(name);
        containers.add(container);
        return container;
    }

    @Override
    public boolean isOnHost(MacAddress mac) {
        try (TestbedNamespace host = testbed.host()) {
            return host.devices().stream().anyMatch(device -> device.identity().equals(mac));
        }
    }

    @Override
    public void close() {
        containers.forEach(VethContainer::kill);
        Process running = agent;
        if (running != null) {
            ChildProcess.kill(running);
        }
        testbed.close();
    }
}
