package io.enim.examples.agent;

import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.examples.agent.cri.CriLiveness;
import io.enim.spi.Liveness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the agent until it is told to end. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Serve the CNI plugin and the other commands, until SIGTERM or SIGINT.",
        footerHeading = "%nSettings:%n",
        footer = {
            "Keys are enim.* (enim.node, enim.provider, enim.pool.max, enim.provider.NAME.KEY, ...) and agent.*"
                    + " (agent.socket, agent.max-request-bytes, agent.max-requests, agent.cri-socket).",
            "A flag wins over the environment, the environment over the file, the file over the default.",
            "In the environment enim.pool.max is ENIM_POOL_MAX, and agent.max-requests ENIM_AGENT_MAX_REQUESTS.",
            "A key that is unknown is an error that names it, and lists those that are known.",
            "enim.node is this machine's host name unless said.",
            "With agent.cri-socket (/run/containerd/containerd.sock) the container runtime is asked which sandboxes exist;",
            "one that it listed and has not known for enim.gc.age is collected. While it does not answer, none is.",
            "",
            "On SIGTERM requests under way may end (enim.close.timeout), new ones are told to try again, and",
            "endpoints keep their devices; the next agent on the same directories takes them over."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private final ManagerFactory managers;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:ENIM_CONFIG}",
            description = "A properties file of settings (default: $ENIM_CONFIG; no file unless said).")
    private @Nullable Path config;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            description = "One setting; may be given several times.")
    private Map<String, String> flags = new LinkedHashMap<>();

    @Option(names = "--socket", paramLabel = "PATH", description = "Short for --set agent.socket=PATH.")
    private @Nullable String socket;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description = "Short for --set enim.provider=NAME: aws, bce, fake, yours.")
    private @Nullable String provider;

    /** Makes the manager that is served. */
    @FunctionalInterface
    interface ManagerFactory {
        EniManager create(EniSettings settings, EniMetrics metrics, Collection<? extends Liveness> runtimes);
    }

    ServeCommand(ManagerFactory managers) {
        this.managers = managers;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (socket != null) {
            flags.put("agent.socket", socket);
        }
        if (provider != null) {
            flags.put("enim.provider", provider);
        }
        AgentSettings settings = AgentSettings.read(Optional.ofNullable(config), System.getenv(), flags, hostName());
        PrometheusMetrics metrics = new PrometheusMetrics();
        Optional<CriLiveness> runtime = settings.criSocket()
                .map(path -> CriLiveness.at(path, settings.enim().duration(EniSetting.GC_AGE)));
        EniManager manager =
                managers.create(settings.enim(), metrics, runtime.stream().toList());
        Agent agent = Agent.start(settings, manager, metrics, metrics::text);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                agent.close();
                                runtime.ifPresent(CriLiveness::close);
                            } finally {
                                stopped.countDown();
                            }
                        },
                        "enim-agent-stop"));
        stopped.await();
        return 0;
    }

    private static Optional<String> hostName() {
        try {
            return Optional.of(Files.readString(HOST_NAME).strip()).filter(name -> !name.isEmpty());
        } catch (IOException e) {
            return Optional.empty(); // Not Linux: enim.node has to be set, and its absence is an error that says so.
        }
    }
}
