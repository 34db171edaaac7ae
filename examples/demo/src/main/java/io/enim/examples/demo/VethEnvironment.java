package io.enim.examples.demo;

import io.enim.MacAddress;
import io.enim.examples.agent.AgentCli;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Real veth devices; the agent and each container are processes of their own. Must run in private network and mount
 * namespaces with an empty {@code /run}; the namespaces, and everything in them, end with the demo.
 */
public final class VethEnvironment extends DemoEnvironment {
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

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
        startAgent(new AgentLaunch("fake", DemoAgentSettings.of(directory, "linux", "veth"), Map.of()));
    }

    public void startAgent(AgentLaunch launch) {
        List<String> command = ChildProcess.jvm(AgentCli.class.getName());
        command.addAll(launch.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.file()));
        builder.environment().putAll(launch.environment());
        agent = ChildProcess.start(builder);
    }

    @Override
    public String killAgent() {
        Process running = running();
        running.destroyForcibly();
        int status = ChildProcess.await(running);
        DemoException.require(status == KILLED, "the agent exited with " + status + " after SIGKILL");
        return "kill -9 of the agent, pid " + running.pid();
    }

    @Override
    public String stopAgent() {
        Process running = running();
        running.destroy();
        int status = ChildProcess.await(running);
        DemoException.require(status == TERMINATED, "the agent exited with " + status + " after SIGTERM");
        return "SIGTERM to the agent, which lets its requests end";
    }

    private Process running() {
        Process running = agent;
        if (running == null || !running.isAlive()) {
            throw new DemoException("the agent is not running; its log:\n" + log());
        }
        return running;
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
