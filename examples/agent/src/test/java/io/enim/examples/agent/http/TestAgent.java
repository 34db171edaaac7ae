package io.enim.examples.agent.http;

import io.enim.EniSettings;
import io.enim.examples.agent.cli.AgentClient;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.examples.agent.health.NodeHealth;
import io.enim.examples.agent.testing.InMemoryManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** A server over a manager in memory, on a socket in a directory of the test. */
final class TestAgent implements AutoCloseable {
    static final int MAX_BYTES = 64 * 1024;

    final InMemoryManager manager = InMemoryManager.dualStack(4);
    final Path socket;
    private final AgentServer server;

    private TestAgent(Path directory, int maxRequests, Optional<Predicate<String>> permitted) {
        this.socket = directory.resolve("agent.sock");
        CniService cni = new CniService(manager, Duration.ofSeconds(30), CniMetrics.NONE);
        NodeHealth health = new NodeHealth(manager);
        health.serves();
        Diagnosis diagnosis = Diagnosis.ofThisProcess();
        EniSettings node = EniSettings.builder("node").build();
        this.server = AgentServer.start(
                new AgentSettings(
                        node,
                        socket,
                        MAX_BYTES,
                        maxRequests,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new OperatorApi(manager, node, health, diagnosis, () -> "enim_enis 1\n"),
                diagnosis,
                cni,
                permitted);
    }

    static TestAgent in(Path directory) {
        return new TestAgent(directory, 16, Optional.empty());
    }

    static TestAgent admitting(int maxRequests, Path directory) {
        return new TestAgent(directory, maxRequests, Optional.empty());
    }

    static TestAgent permittingNoUser(Path directory) {
        return new TestAgent(directory, 16, Optional.of(user -> false));
    }

    AgentClient client() {
        return new AgentClient(socket, Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        server.close();
    }
}
