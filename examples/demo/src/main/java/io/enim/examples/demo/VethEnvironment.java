package io.enim.examples.demo;

import io.enim.MacAddress;
import io.enim.examples.agent.AgentCli;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Real veth devices, an agent that is a process of its own, and containers that are too. Expects to run in private
 * network and mount namespaces with an empty {@code /run}; they end with the demo, and everything in them.
 */
public final class VethEnvironment implements DemoEnvironment {
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    private final Path directory;
    private final AgentLog log;
    private final NetworkTestbed stage = NetworkTestbed.open();
    private final List<VethContainer> containers = new ArrayList<>();
    private @Nullable Process agent;

    public VethEnvironment(Path directory) {
        this.directory = directory;
        this.log = new AgentLog(directory.resolve("agent.log"));
    }

    @Override
    public String description() {
        return "real veth devices in private namespaces; the cloud is the fake one";
    }

    @Override
    public Path socket() {
        return directory.resolve("agent.sock");
    }

    @Override
    public void startAgent() {
        startAgent(new AgentLaunch("fake", DemoAgentSettings.of(directory, "linux", "veth"), Map.of()));
    }

    public void startAgent(AgentLaunch start) {
        List<String> command = ChildProcess.jvm(AgentCli.class.getName());
        command.addAll(start.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.file()));
        builder.environment().putAll(start.environment());
        agent = ChildProcess.start(builder);
    }

    @Override
    public String killAgent() {
        Process running = running();
        running.destroyForcibly();
        int status = ChildProcess.await(running);
        DemoException.require(status == KILLED, "the agent ended with " + status + " when it was killed");
        return "kill -9 of the agent, pid " + running.pid();
    }

    @Override
    public String stopAgent() {
        Process running = running();
        running.destroy();
        int status = ChildProcess.await(running);
        DemoException.require(status == TERMINATED, "the agent ended with " + status + " when it was told to");
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
    public Optional<String> logged(String... words) {
        return log.lastWith(words);
    }

    @Override
    public String log() {
        return log.text();
    }

    @Override
    public Container createContainer(String name) {
        VethContainer container = new VethContainer(name);
        containers.add(container);
        return container;
    }

    @Override
    public boolean isOnHost(MacAddress mac) {
        try (TestbedNamespace home = stage.host()) {
            return home.devices().stream().anyMatch(device -> device.identity().equals(mac));
        }
    }

    @Override
    public void close() {
        containers.forEach(VethContainer::kill);
        Process running = agent;
        if (running != null) {
            ChildProcess.kill(running);
        }
        stage.close();
    }
}
