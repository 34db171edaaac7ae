// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent;

import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.Health;
import io.enim.core.Enim;
import io.enim.core.metrics.MicrometerMetrics;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.examples.agent.cri.CriLiveness;
import io.enim.examples.agent.health.NodeGauges;
import io.enim.examples.agent.needs.ProcessNeeds;
import io.enim.examples.agent.systemd.ServiceManager;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the agent until SIGTERM or SIGINT. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Serve the CNI plugin and the other commands, until SIGTERM or SIGINT.",
        footerHeading = "%nSettings:%n",
        footer = {
            "Keys are enim.* (enim.node, enim.provider, enim.pool.max,",
            "enim.provider.NAME.KEY, ...) and agent.* (agent.socket, agent.cri-socket,",
            "agent.max-request-bytes, agent.max-requests, agent.device-plugin,",
            "agent.host-link.service-cidrs, agent.host-link.node-cidrs, agent.cni.conflist,",
            "agent.cni.conflist-template, agent.cni.conflist-patience, agent.http.address,",
            "agent.http.token-file).",
            "A flag overrides the environment, the environment overrides the file, the file overrides the default.",
            "In the environment enim.pool.max is ENIM_POOL_MAX, and agent.max-requests ENIM_AGENT_MAX_REQUESTS.",
            "An unknown key is an error; the message names it and lists the known keys.",
            "enim.node is this machine's host name unless set.",
            "With agent.cri-socket (/run/containerd/containerd.sock) the container runtime is asked which sandboxes"
                    + " exist;",
            "a sandbox that it listed once and has not listed for enim.gc.age is collected; none while it does not"
                    + " answer.",
            "",
            "On SIGTERM running requests may finish (enim.close.timeout) and new ones are told to try again. Endpoints",
            "keep their devices; the next agent on the same directories takes them over."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:ENIM_CONFIG}",
            description = "A properties file with settings (default: $ENIM_CONFIG, or no file).")
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

    @Override
    public Integer call() throws InterruptedException {
        if (socket != null) {
            flags.put("agent.socket", socket);
        }
        if (provider != null) {
            flags.put("enim.provider", provider);
        }
        AgentSettings settings = AgentSettings.read(Optional.ofNullable(config), System.getenv(), flags, hostName());
        Health surroundings = ProcessNeeds.unmet(settings, System.getenv());
        surroundings.reasons().forEach(LOG::error);
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Enim.Builder builder = Enim.builder(settings.enim())
                .metrics(Tracing.beside(new MicrometerMetrics(metrics)))
                .surroundings(surroundings);
        Optional<CriLiveness> runtime = settings.criSocket()
                .map(path -> CriLiveness.at(path, settings.enim().duration(EniSetting.GC_AGE)));
        runtime.ifPresent(builder::liveness);
        Instant start = Instant.now();
        EniManager manager = builder.build();
        Agent agent = Agent.start(settings, manager, CniMetrics.in(metrics), metrics::scrape);
        NodeGauges.register(metrics, agent.health(), manager, start);
        Optional<ServiceManager> systemd = ServiceManager.of(System.getenv());
        CountDownLatch stopped = new CountDownLatch(1);
        Runnable stop = () -> {
            try {
                systemd.ifPresent(ServiceManager::stopping);
                agent.close();
                runtime.ifPresent(CriLiveness::close);
            } finally {
                stopped.countDown();
            }
        };
        Runtime.getRuntime().addShutdownHook(new Thread(stop, "enim-agent-stop"));
        systemd.ifPresent(service -> service.ready(agent));
        stopped.await();
        return 0;
    }

    private static Optional<String> hostName() {
        try {
            return Optional.of(Files.readString(HOST_NAME).strip()).filter(name -> !name.isEmpty());
        } catch (IOException e) {
            return Optional.empty(); // Not Linux: enim.node must be set; the error for a missing node says so.
        }
    }
}
