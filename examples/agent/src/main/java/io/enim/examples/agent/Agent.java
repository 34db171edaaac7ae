// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent;

import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.Health;
import io.enim.Heartbeat;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.cni.CniService;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.examples.agent.conflist.ConflistKeeper;
import io.enim.examples.agent.deviceplugin.DevicePlugin;
import io.enim.examples.agent.health.NodeHealth;
import io.enim.examples.agent.host.HostLinkNeeds;
import io.enim.examples.agent.http.AgentServer;
import io.enim.examples.agent.http.Diagnosis;
import io.enim.examples.agent.http.LoopbackServer;
import io.enim.examples.agent.http.OperatorApi;
import io.enim.examples.agent.systemd.Supervised;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a manager on a socket. Closing it closes the manager, which waits for running requests, then the sockets; endpoints keep
 * their devices, and the next agent on the same directories takes them over. Safe for concurrent use.
 */
public final class Agent implements Supervised, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final EniManager manager;
    private final NodeHealth health;
    private final AgentServer server;
    private final Optional<LoopbackServer> loopback;
    private final Optional<ConflistKeeper> conflist;
    private final Optional<DevicePlugin> devicePlugin;
    private final Path socket;

    private Agent(
            EniManager manager,
            NodeHealth health,
            AgentServer server,
            Optional<LoopbackServer> loopback,
            Optional<ConflistKeeper> conflist,
            Optional<DevicePlugin> devicePlugin,
            Path socket) {
        this.manager = manager;
        this.health = health;
        this.server = server;
        this.loopback = loopback;
        this.conflist = conflist;
        this.devicePlugin = devicePlugin;
        this.socket = socket;
    }

    /**
     * Starts to serve; returns when the sockets exist. Blocks until the manager knows the node's ENIs, for some seconds at
     * most, so that an ADD which waited for a restart finds them.
     *
     * @param manager the manager to serve; closed with the agent, and when starting fails
     * @param cniMetrics observes the CNI calls
     * @param metrics all metrics as text
     * @throws io.enim.SettingsException the socket or {@code agent.http.address} cannot be used, another agent serves it, or the
     *     template of the network configuration cannot be used
     */
    public static Agent start(
            AgentSettings settings, EniManager manager, CniMetrics cniMetrics, Supplier<String> metrics) {
        NodeHealth health = new NodeHealth(manager);
        Diagnosis diagnosis = Diagnosis.ofThisProcess();
        OperatorApi api = new OperatorApi(manager, settings.enim(), health, diagnosis, metrics);
        Optional<LoopbackServer> loopback = Optional.empty();
        try {
            // First, since a probe may come at any time, and what is wrong with the port is to be said at once.
            loopback = settings.http().map(http -> LoopbackServer.start(http, api, health));
            EnisAtStart.await(manager, EnisAtStart.LIMIT);
            settings.hostLink()
                    .ifPresent(link -> HostLinkNeeds.ofThisHost().missing(link).forEach(LOG::warn));
            CniService cni = new CniService(
                    manager, settings.enim().duration(EniSetting.ADD_TIMEOUT), settings.hostLink(), cniMetrics);
            Optional<ConflistKeeper> conflist = settings.conflist().map(file -> ConflistKeeper.of(file, manager));
            AgentServer server = AgentServer.start(settings, api, diagnosis, cni);
            // Not before: from then on the runtime may call the plugin.
            conflist.ifPresent(ConflistKeeper::start);
            health.serves();
            LOG.info("serving on {}", settings.socket());
            Optional<DevicePlugin> devicePlugin =
                    settings.devicePlugin().map(directory -> DevicePlugin.start(directory, manager));
            conflist.ifPresent(keeper -> health.watch(keeper::trouble));
            devicePlugin.ifPresent(plugin -> health.watch(plugin::trouble));
            return new Agent(manager, health, server, loopback, conflist, devicePlugin, settings.socket());
        } catch (RuntimeException e) {
            loopback.ifPresent(open -> endAfter(e, open::close));
            endAfter(e, manager::close);
            throw e;
        }
    }

    private static void endAfter(RuntimeException first, Runnable close) {
        try {
            close.run();
        } catch (RuntimeException again) {
            first.addSuppressed(again);
        }
    }

    /** The health of this agent's node. */
    NodeHealth health() {
        return health;
    }

    /** The loops of the manager, and the sockets. Not calls that hang: a new agent would hang in them as well. */
    @Override
    public List<String> standingStill() {
        Stream<String> loops = manager.heartbeats().stream()
                .filter(beat -> beat.kind() == Heartbeat.Kind.LOOP && beat.standsStill())
                .map(Heartbeat::toString);
        return Stream.concat(loops, server.standingStill().stream()).toList();
    }

    @Override
    public String status() {
        Health now = health.now();
        List<Eni> enis = manager.enis();
        long held = enis.stream().filter(eni -> eni.holder().isPresent()).count();
        return now.status() + ": " + held + " of " + enis.size() + " ENIs have an endpoint"
                + now.reasons().stream()
                        .findFirst()
                        .map(reason -> "; " + reason)
                        .orElse("");
    }

    /** The manager first: it ends those that wait for an ENI at once and answers all, so that nothing is left for the server to wait for. */
    @Override
    public void close() {
        LOG.info("stopping; waiting for running requests");
        health.stops();
        conflist.ifPresent(ConflistKeeper::close);
        try {
            devicePlugin.ifPresent(DevicePlugin::close);
            server.refuseNew();
            manager.close();
        } finally {
            try {
                server.close();
            } finally {
                loopback.ifPresent(LoopbackServer::close);
            }
        }
        LOG.info("stopped serving on {}; endpoints keep their devices", socket);
    }
}
