package io.enim.systemtests.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.AgentCli;
import io.enim.examples.demo.AgentProbe;
import io.enim.examples.demo.AgentProbe.EniRow;
import io.enim.examples.demo.CniPlugin;
import io.enim.examples.demo.CniPlugin.PluginOutput;
import io.enim.examples.demo.VethContainer;
import io.enim.examples.demo.VethEnvironment;
import io.enim.spi.Device;
import io.enim.systemtests.e2e.AgentProcess;
import io.enim.systemtests.e2e.PluginBuild;
import io.enim.testing.PrivateNamespaces;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From a plain Debian host to a served pod (P20): the real systemd-networkd, NetworkManager and dhclient configure what is plugged
 * in, the agent is a process of its own, and pods come by the CNI plugin.
 */
@PrivateNamespaces
class StockHostIT {
    private static final int ENIS = 2;

    private static Path built;

    @TempDir
    private Path directory;

    private StockHost host;
    private VethEnvironment environment;
    private AgentProbe agent;
    private CniPlugin plugin;

    private record CliResult(int exit, String output) {}

    @BeforeAll
    static void buildPlugin(@TempDir Path directory) throws Exception {
        built = PluginBuild.into(directory);
    }

    @BeforeEach
    void install() throws Exception {
        host = new StockHost(directory, "vpc-default-" + AgentProcess.NODE);
        environment = new VethEnvironment(directory);
        agent = new AgentProbe(environment.socket());
        plugin = new CniPlugin(built, environment.socket());
    }

    @AfterEach
    void end() throws Exception {
        environment.close();
        host.shutDown();
    }

    private void startAgent() {
        Map<String, String> settings = AgentProcess.settings("fake", directory);
        settings.put("enim.pool.min", Integer.toString(ENIS));
        settings.put("enim.pool.max", Integer.toString(ENIS));
        settings.put("enim.pool.poll-initial", "50ms");
        settings.put("enim.provider.fake.plug", "veth");
        settings.put("enim.provider.fake.state-file", directory.resolve("cloud").toString());
        environment.startAgent(settings, Map.of());
        await().atMost(StockHost.PATIENCE)
                .until(() -> agent.listsEnis() && agent.enis().size() == ENIS);
    }

    private CliResult enimAgent(String... command) {
        StringWriter out = new StringWriter();
        return new CliResult(AgentCli.run(new PrintWriter(out), command), out.toString());
    }

    private CliResult status() {
        return enimAgent("status", "--socket", environment.socket().toString());
    }

    private CliResult host(String command) {
        return enimAgent("host", command, "--root", host.root.toString());
    }

    private void eventually(ThrowingRunnable assertion) {
        try {
            await().atMost(StockHost.PATIENCE).untilAsserted(assertion);
        } catch (ConditionTimeoutException e) {
            System.out.println(status() + "\n" + environment.log());
            throw e;
        }
    }

    /** Every ENI free, and as ENIM holds it: some programs take one up again, and it is taken over again. */
    private void awaitEnisReady() {
        eventually(() -> {
            assertThat(agent.readyCount()).isEqualTo(ENIS);
            for (EniRow eni : agent.enis()) {
                Device device = host.device(eni.mac());
                assertThat(device.up()).as(device.name()).isFalse();
                assertThat(host.addresses(device)).as(device.name()).isEmpty();
            }
        });
    }

    /** A pod by the plugin: it reaches the VPC, and the VPC reaches it by its address. */
    private void assertAPodIsServed() throws Exception {
        awaitEnisReady();
        VethContainer pod = new VethContainer("web");
        try {
            PluginOutput added = call("ADD", pod);
            String address = added.addresses().get(0);
            assertThat(address).startsWith("10.80.0.");
            assertThat(added.gateways()).contains(StockHost.GATEWAY);
            assertThat(pod.reaches(StockHost.GATEWAY)).isTrue();
            // Out by the host's own interface.
            assertThat(InetAddress.getByName(address).isReachable(5000)).isTrue();
            call("DEL", pod);
        } finally {
            pod.kill();
        }
        awaitEnisReady();
        assertThat(host.isOnline()).isTrue();
        assertThat(status()).satisfies(status -> {
            assertThat(status.exit()).isZero();
            assertThat(status.output()).startsWith("HEALTHY");
        });
    }

    private PluginOutput call(String command, VethContainer pod) {
        PluginOutput output =
                plugin.call(command, "web", "web-0123456789", pod.netns().toString(), "");
        assertThat(output.exit()).as(output.output()).isZero();
        return output;
    }

    private void assertEnisAreLeftAlone(String program) {
        eventually(() -> {
            for (EniRow eni : agent.enis()) {
                assertThat(host.isLeftAlone(host.device(eni.mac()), program))
                        .as(eni.id())
                        .isTrue();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd-networkd", "NetworkManager", "dhclient"})
    void p20_enisThatItConfiguresAreServedAllTheSame(String program) throws Exception {
        host.boot(program);
        startAgent();
        assertAPodIsServed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd-networkd", "NetworkManager"})
    void p20_afterHostInstallAPodIsServedAndNoEniIsEverConfigured(String program) throws Exception {
        host.boot(program);
        CliResult installed = host("install");
        assertThat(installed.exit()).as(installed.output()).isZero();
        assertThat(installed.output()).contains("the host keeps " + StockHost.UPLINK, "now run: ");
        host.restart(program);
        startAgent();
        assertEnisAreLeftAlone(program);
        assertAPodIsServed();
        assertEnisAreLeftAlone(program);
        assertThat(environment.log()).doesNotContain("software of the host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd-networkd", "NetworkManager"})
    void p20_withoutHostInstallStatusNamesTheEniTheReasonAndTheRemedyWhichEndsIt(String program) throws Exception {
        host.boot(program);
        startAgent();
        List<String> enis = agent.enis().stream().map(EniRow::id).toList();
        CliResult told = await().atMost(StockHost.PATIENCE)
                .until(
                        () -> {
                            CliResult now = status();
                            if (agent.readyCount() == ENIS) {
                                host.restart(program); // It configures them anew, and they are watched for longer.
                            }
                            return now;
                        },
                        status -> enis.stream().anyMatch(status.output()::contains)
                                && status.output().contains("software of the host"));
        System.out.println("status on a stock host with " + program + ", exit " + told);
        assertThat(told.output()).contains("'enim-agent host check'");
        assertThat(told.exit()).isEqualTo(told.output().startsWith("UNAVAILABLE") ? 1 : 0);

        CliResult missing = host("check");
        assertThat(missing.exit()).isEqualTo(1);
        assertThat(missing.output()).contains(program, "missing", "enim-agent host install");
        assertThat(host("install").exit()).isZero();
        assertThat(host("check").exit()).isZero();
        host.restart(program);
        assertEnisAreLeftAlone(program);
        assertAPodIsServed();
    }
}
