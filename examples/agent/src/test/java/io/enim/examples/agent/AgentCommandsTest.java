package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.CheckReport.Difference;
import io.enim.EniException;
import io.enim.EniSetting;
import io.enim.Health;
import io.enim.Heartbeat;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.config.AgentSetting;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.examples.agent.testing.InMemoryManager;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command line against a real socket, as an operator types it. */
class AgentCommandsTest {
    @TempDir
    Path directory;

    private final InMemoryManager manager = InMemoryManager.dualStack(3);
    private Agent agent;

    private record Ran(int status, String output) {}

    private AgentSettings settings() {
        return AgentSettings.read(
                Optional.empty(),
                Map.of(),
                Map.of(
                        "agent.socket",
                        directory.resolve("agent.sock").toString(),
                        EniSetting.RUN_DIR.key(),
                        directory.resolve("run").toString()),
                Optional.of("node"));
    }

    @BeforeEach
    void startAgent() {
        agent = Agent.start(settings(), manager, CniMetrics.NONE, () -> "enim_enis{state=\"READY\"} 3\n");
    }

    @AfterEach
    void stopAgent() {
        agent.close();
    }

    private Ran run(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--socket", directory.resolve("agent.sock").toString()));
        StringWriter out = new StringWriter();
        int status = AgentCli.run(new PrintWriter(out), arguments.toArray(String[]::new));
        return new Ran(status, out.toString());
    }

    @Test
    void addShowsWhatTheEndpointHasAndTheTablesShowWhoHoldsIt() {
        assertThat(run("add", "shop/cart", "--container", "c1", "--netns", "/run/netns/cart"))
                .isEqualTo(new Ran(0, "shop/cart has eni-1 (02:00:5e:00:53:01) with 10.0.0.11/24 2001:db8::11/64\n"));
        assertThat(run("enis").output().lines().toList().get(1))
                .matches("eni-1 +02:00:5e:00:53:01 +10.0.0.11/24 +2001:db8::11/64 +IN_USE +shop/cart");
        assertThat(run("enis").output()).contains("READY");
        assertThat(run("assignments").output())
                .contains("ENDPOINT", "shop/cart", "c1", "eni-1", "ADDED", "/run/netns/cart", "2026-01-01T00:00:00Z");
    }

    @Test
    void routesAndWaitingArePassedOn() {
        run("add", "cart", "--route", "10.0.0.0/8", "--route", "fd00::/8@2001:db8::9", "--wait");
        assertThat(manager.lastAdd().orElseThrow().routes())
                .extracting(Object::toString)
                .containsExactly("10.0.0.0/8", "fd00::/8 via 2001:db8::9");
        assertThat(manager.lastAdd().orElseThrow().whenEmpty()).hasToString("WAIT");
    }

    @Test
    void delFreesAndSucceedsAgain() {
        run("add", "shop/cart", "--container", "c1");
        assertThat(run("del", "shop/cart")).isEqualTo(new Ran(0, "shop/cart holds no ENI\n"));
        assertThat(run("del", "shop/cart").status()).isZero();
        assertThat(run("assignments").output()).isEqualTo("no endpoint holds an ENI\n");
    }

    @Test
    void aNameFullOfCharactersOfAnAddressIsDataAndRefused() {
        Ran ran = run("add", "a&name=b?#%/x y");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(manager.assignments()).isEmpty();
    }

    @Test
    void checkExitsWithOneOnADifference() {
        run("add", "cart");
        assertThat(run("check", "cart")).isEqualTo(new Ran(0, "default/cart is as it was set up\n"));
        manager.differ(new Difference("mtu", "8950", "1500"));
        Ran differs = run("check", "cart");
        assertThat(differs.status()).isEqualTo(1);
        assertThat(differs.output()).contains("mtu: expected 8950, found 1500");
    }

    @Test
    void gcAndItsDryRun() {
        assertThat(run("gc").output()).startsWith("nothing to do\nexamined 0");
        assertThat(run("gc", "--dry-run").output()).contains("nothing was changed");
        assertThat(manager.lastGc().orElseThrow().mode()).hasToString("DRY_RUN");
    }

    @Test
    void timelineShowsTheSteps() {
        run("add", "shop/cart");
        assertThat(run("timeline", "shop/cart").output()).contains("OPERATION", "ADD", "move", "1.234");
        assertThat(run("timeline", "shop/unknown").output()).isEqualTo("nothing is known of shop/unknown\n");
    }

    @Test
    void statusExitsWithOneWhenNothingCanBeServed() {
        assertThat(run("status")).isEqualTo(new Ran(0, "HEALTHY\n"));
        manager.setHealth(new Health(Health.Status.HEALTHY, List.of("this node is full")));
        assertThat(run("status")).isEqualTo(new Ran(0, "HEALTHY\n  this node is full\n"));
        manager.setHealth(new Health(Health.Status.DEGRADED, List.of("one ENI is in quarantine")));
        assertThat(run("status")).isEqualTo(new Ran(0, "DEGRADED\n  one ENI is in quarantine\n"));
        manager.beat(new Heartbeat(Heartbeat.Kind.LOOP, "gc", "runs a round", Duration.ofSeconds(130), true));
        assertThat(run("status").output()).containsPattern("gc +130 +runs a round +STANDS STILL\n");
        manager.setHealth(new Health(Health.Status.UNAVAILABLE, List.of("no ENI is free")));
        assertThat(run("status").status()).isEqualTo(1);
    }

    @Test
    void aLogLevelIsSetForATimeAndListed() {
        Logger logger = LoggerFactory.getLogger("io.enim.core.internal.ledger");
        assertThat(logger.isDebugEnabled()).isFalse();
        Ran set = run("log-level", logger.getName(), "debug", "--for", "2m");
        assertThat(set.status()).isZero();
        assertThat(set.output()).containsPattern("io.enim.core.internal.ledger +DEBUG +1[12]\\d +the records");
        assertThat(logger.isDebugEnabled()).isTrue();
        assertThat(run("log-level").output()).contains("LOGGER", "io.enim.operations", "SECONDS LEFT");
        assertThat(run("log-level", logger.getName()).output().lines()).hasSize(2);
        run("log-level", logger.getName(), "info", "--for", "1s");
        await().until(() -> run("log-level", logger.getName())
                .output()
                .lines()
                .toList()
                .get(1)
                .matches("\\S+ +INFO +the records.*"));
        assertThat(run("log-level", "software.amazon.awssdk", "DEBUG").status()).isEqualTo(1);
        assertThat(run("log-level", "io.enim", "DEBUG", "--for", "soon").status())
                .isEqualTo(2);
    }

    @Test
    void aRecordingIsAFileThatIsReadAndNoOtherIsReplaced() throws IOException {
        Path file = directory.resolve("agent.jfr");
        Ran ran = run("jfr", "--for", "1s", file.toString());
        assertThat(ran.output()).contains("wrote " + file, "jfr print");
        assertThat(ran.status()).isZero();
        assertThat(RecordingFile.readAllEvents(file)).isNotEmpty();
        assertThat(run("jfr", "--for", "1s", file.toString()).output()).contains("exists, and is not replaced");
        Path other = directory.resolve("other.jfr");
        Ran tooLong = run("jfr", "--for", "3m", other.toString());
        assertThat(tooLong.status()).isEqualTo(1);
        assertThat(tooLong.output()).contains("1s to 120s");
        assertThat(other).doesNotExist();
    }

    @Test
    void topPrintsOnePictureWhereThereIsNoTerminal() {
        run("add", "shop/cart");
        assertThat(run("top")).satisfies(ran -> {
            assertThat(ran.status()).isZero();
            assertThat(ran.output())
                    .startsWith("node  HEALTHY")
                    .contains("1 in use", "2 ready", "shop/cart", "10.0.0.11")
                    .doesNotContain("\u001b");
        });
        assertThat(run("top", "--json").output()).contains("\"operations\"");
        agent.close();
        assertThat(run("top", "--once")).satisfies(ran -> {
            assertThat(ran.status()).isEqualTo(3);
            assertThat(ran.output()).contains("no agent reached");
        });
    }

    @Test
    void jsonIsTheAgentsAnswer() {
        run("add", "cart");
        assertThat(run("enis", "--json").output()).startsWith("[").contains("\"holder\"");
        assertThat(run("status", "--json").output()).contains("\"HEALTHY\"");
        assertThat(run("metrics").output()).isEqualTo("enim_enis{state=\"READY\"} 3\n");
    }

    @Test
    void anErrorIsItsMessageAndWhetherToTryAgain() {
        for (int i = 0; i < 3; i++) {
            run("add", "pod-" + i);
        }
        Ran none = run("add", "one-too-many");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.output())
                .contains("none is free", "3 IN_USE", "try again later")
                .doesNotContain("\tat ");
    }

    @Test
    void withoutAnAgentTheStatusIsThreeAndTheMessageSaysWhatToDo() {
        agent.close();
        Ran ran = run("enis");
        assertThat(ran.status()).isEqualTo(3);
        assertThat(ran.output()).contains("no agent reached", "enim-agent serve", "--socket");
    }

    @Test
    void aWrongCommandLineIsTwo() {
        assertThat(run("add").status()).isEqualTo(2);
        assertThat(run("fly").status()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "top",
                "support-bundle",
                "status",
                "enis",
                "assignments",
                "timeline",
                "add",
                "del",
                "check",
                "gc",
                "metrics",
                "log-level",
                "jfr"
            })
    void everyCommandExplainsItself(String command) {
        StringWriter out = new StringWriter();
        assertThat(AgentCli.run(new PrintWriter(out), command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: enim-agent " + command).contains("--socket");
        StringWriter all = new StringWriter();
        AgentCli.run(new PrintWriter(all), "--help");
        assertThat(all.toString()).contains("  " + command + " ");
    }

    @ParameterizedTest
    @EnumSource
    void theHelpOfServeNamesEachSetting(AgentSetting setting) {
        StringWriter out = new StringWriter();
        assertThat(AgentCli.run(new PrintWriter(out), "serve", "--help")).isZero();
        assertThat(out.toString().split("[\\s(),]+")).contains(setting.key());
    }

    @Test
    void serveNamesAnUnknownSettingAndExitsWithOne() {
        StringWriter out = new StringWriter();
        int status = AgentCli.run(new PrintWriter(out), "serve", "--set", "enim.pool.maxx=1");
        assertThat(status).isEqualTo(1);
        assertThat(out.toString()).contains("enim.pool.maxx", "enim.pool.max").doesNotContain("\tat ");
    }

    @Test
    void closingTheAgentClosesTheManager() {
        agent.close();
        assertThat(manager.isClosed()).isTrue();
        assertThat(directory.resolve("agent.sock")).doesNotExist();
    }

    @Test
    void anAgentThatCannotStartClosesItsManager() throws IOException {
        agent.close();
        Files.writeString(directory.resolve("agent.sock"), "in the way");
        InMemoryManager second = InMemoryManager.dualStack(1);
        assertThatThrownBy(() -> Agent.start(settings(), second, CniMetrics.NONE, () -> ""))
                .isInstanceOf(EniException.class);
        assertThat(second.isClosed()).isTrue();
    }
}
