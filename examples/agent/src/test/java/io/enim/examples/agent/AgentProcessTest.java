package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.cli.AgentClient;
import io.enim.examples.agent.cli.AgentClient.AgentResponse;
import io.enim.examples.agent.systemd.NotifyReceiver;
import io.enim.examples.agent.testing.PluginProcess;
import io.enim.examples.agent.testing.PluginProcess.RunningPlugin;
import io.enim.examples.agent.testing.PluginVariant;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real agent as a process of its own, over the fake cloud and devices in memory: how it starts, ends and dies. */
@Tag("slow")
class AgentProcessTest {
    private static final Duration LONGEST = ServedAgent.LONGEST;
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;
    private static final String DELEGATED =
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"}}";

    @TempDir
    Path directory;

    private ServedAgent agents;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void begin() {
        agents = new ServedAgent(directory);
    }

    @AfterEach
    void endAll() {
        threads.shutdownNow();
        agents.close();
    }

    private Process serve(String... more) throws IOException {
        return agents.serve(more);
    }

    private String logged() throws IOException {
        return agents.logged();
    }

    private AgentClient client() {
        return agents.client();
    }

    private void awaitServing() {
        agents.awaitServing();
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String add() throws IOException {
        AgentResponse agentResponse = client().post("/v1/add", "name=cart&container=c1&whenEmpty=wait");
        assertThat(agentResponse.status()).as(agentResponse.body()).isEqualTo(200);
        return agentResponse.body();
    }

    @Test
    void p1_killedAndStartedAgainItKnowsWhoHoldsWhat() throws Exception {
        Process first = serve();
        awaitServing();
        String added = add();
        first.destroyForcibly();
        assertThat(end(first)).isEqualTo(KILLED);
        assertThat(directory.resolve("agent.sock")).exists();

        serve();
        awaitServing();
        assertThat(add()).isEqualTo(added);
        assertThat(client().get("/v1/assignments").body()).containsOnlyOnce("\"container\" : \"c1\"");
    }

    @Test
    void toldToEndItDrainsAndRemovesItsSocket() throws Exception {
        Process agent = serve();
        awaitServing();
        add();
        agent.destroy();
        assertThat(end(agent)).isEqualTo(TERMINATED);
        assertThat(directory.resolve("agent.sock")).doesNotExist();
        assertThat(logged())
                .contains("stopped serving on", "endpoints keep their devices")
                .doesNotContain("WARN", "\tat ");
    }

    @Test
    void systemdIsToldWhenItServesThatItLivesAndWhenItStops() throws Exception {
        String address = directory.resolve("notify").toString();
        try (NotifyReceiver systemd = new NotifyReceiver(address)) {
            Process agent = agents.serve(Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", "100000"));
            List<String> told = new ArrayList<>();
            await().atMost(LONGEST).until(() -> {
                systemd.poll().ifPresent(told::add);
                return !told.isEmpty();
            });
            assertThat(told).containsExactly("READY=1");
            assertThat(client().get("/v1/status").status())
                    .as("ready: it serves")
                    .isEqualTo(200);
            await().atMost(LONGEST).until(() -> {
                systemd.poll().ifPresent(told::add);
                return told.contains("WATCHDOG=1") && told.contains("STATUS=HEALTHY: 0 of 2 ENIs have an endpoint");
            });
            agent.destroy();
            assertThat(end(agent)).isEqualTo(TERMINATED);
            await().until(() -> {
                systemd.poll().ifPresent(told::add);
                return told.get(told.size() - 1).startsWith("STOPPING=1\nSTATUS=stopping");
            });
        }
    }

    @Test
    void aSecondAgentIsRefusedNamingTheFirst() throws Exception {
        Process first = serve();
        awaitServing();
        Process second = serve(
                "--set",
                "enim.run-dir=" + directory.resolve("run2"),
                "--set",
                "enim.state-dir=" + directory.resolve("state2"));
        assertThat(end(second)).isEqualTo(1);
        assertThat(logged()).contains("agent.socket").contains("pid " + first.pid());
        assertThat(client().get("/v1/status").status()).isEqualTo(200);
    }

    /** As a JVM that jlink made without it. */
    @Test
    void withoutTheFlightRecorderItServesAndSaysThatItHasNone() throws Exception {
        String modules = ModuleFinder.ofSystem().findAll().stream()
                .map(module -> module.descriptor().name())
                .filter(name -> !name.contains("jfr") && !name.equals("jdk.management.agent"))
                .collect(Collectors.joining(","));
        agents.serveOn(List.of("--limit-modules", modules));
        awaitServing();
        add();
        AgentResponse recording = client().post("/v1/jfr", "seconds=1");
        assertThat(recording.body()).contains("no Flight Recorder");
        assertThat(recording.status()).isEqualTo(500);
    }

    /** Calls for one container after the other, until told to end; the calls so far. */
    private int callUntil(PluginVariant variant, AtomicBoolean ends, AtomicInteger rounds) {
        String config = "{'cniVersion':'1.0.0','name':'pods','type':'host-device','ipam':{'type':'enim'}}";
        String name = "c" + Thread.currentThread().getId();
        int round = 0;
        while (!ends.get()) {
            String container = name + "-" + round++;
            for (String command : List.of("ADD", "DEL")) {
                PluginProcess.forPod(variant, command, directory.resolve("agent.sock"))
                        .with("CNI_CONTAINERID", container)
                        .with("CNI_ARGS", "")
                        .run(config.replace('\'', '"'))
                        .successful();
            }
            rounds.incrementAndGet();
        }
        return round;
    }

    /** With more ENIs than callers: one that was given back is checked before it is free. */
    private Process serveSix() throws IOException {
        return serve("--set", "enim.pool.cooldown=0s", "--set", "enim.pool.min=6");
    }

    /** A caller by each kind of plugin calls without a pause while the agent dies, ends, and starts again. */
    @Test
    void p3_noRestartOfTheAgentFailsACall() throws Exception {
        Process first = serveSix();
        await().atMost(LONGEST).until(() -> isReady(6));
        first.destroy();
        end(first);
        AtomicBoolean ends = new AtomicBoolean();
        List<AtomicInteger> rounds = new ArrayList<>();
        List<CompletableFuture<Integer>> callers = new ArrayList<>();
        for (PluginVariant variant : plugins()) {
            AtomicInteger counter = new AtomicInteger();
            rounds.add(counter);
            callers.add(CompletableFuture.supplyAsync(() -> callUntil(variant, ends, counter), threads));
        }
        try {
            for (Consumer<Process> stop : List.<Consumer<Process>>of(
                    Process::destroyForcibly, Process::destroy, Process::destroyForcibly, Process::destroy)) {
                Process agent = serveSix();
                List<Integer> before = rounds.stream().map(AtomicInteger::get).toList();
                await().atMost(LONGEST).until(() -> haveGoneOn(callers, rounds, before));
                stop.accept(agent);
                end(agent);
            }
            serveSix();
        } finally {
            ends.set(true);
        }
        for (CompletableFuture<Integer> caller : callers) {
            assertThat(caller.get(LONGEST.toSeconds(), TimeUnit.SECONDS)).isPositive();
        }
    }

    /** Its patience is longer than this test lasts, and so is the time that the agent has to end in. */
    @Test
    void p3_p8_toldToEndWhileAnAddWaitsItEndsAtOnceAndTheNextAgentServesTheAdd() throws Exception {
        String[] one = {
            "--set", "enim.pool.min=1",
            "--set", "enim.provider.fake.max-enis=1",
            "--set", "enim.pool.cooldown=0s",
            "--set", "enim.close.timeout=1h"
        };
        for (PluginVariant variant : plugins()) {
            Process first = serve(one);
            awaitServing();
            PluginProcess.forPod(variant, "ADD", directory.resolve("agent.sock"))
                    .run(DELEGATED)
                    .successful();
            RunningPlugin waits = PluginProcess.forPod(variant, "ADD", directory.resolve("agent.sock"))
                    .with("CNI_CONTAINERID", "c2")
                    .with("CNI_ARGS", "")
                    .with("ENIM_TIMEOUT", "3600")
                    .start(DELEGATED.getBytes(StandardCharsets.UTF_8));
            await().atMost(LONGEST)
                    .until(() -> client().get("/v1/status").body().contains("1 wait for an ENI"));
            first.destroy();
            assertThat(end(first)).isEqualTo(TERMINATED);
            assertThat(logged()).doesNotContain("\tat ");
            assertThat(waits.process().isAlive()).isTrue();

            Process second = serve(one);
            awaitServing();
            for (String container : List.of("c1", "c2")) {
                PluginProcess.forPod(variant, "DEL", directory.resolve("agent.sock"))
                        .with("CNI_CONTAINERID", container)
                        .run(DELEGATED)
                        .successful();
                if (container.equals("c1")) {
                    waits.end().successful();
                }
            }
            second.destroy();
            end(second);
        }
    }

    private boolean isReady(int enis) {
        try {
            return client().get("/v1/enis").body().split("READY", -1).length > enis;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean haveGoneOn(
            List<CompletableFuture<Integer>> callers, List<AtomicInteger> rounds, List<Integer> before) {
        callers.stream().filter(CompletableFuture::isDone).forEach(CompletableFuture::join);
        return IntStream.range(0, before.size()).allMatch(i -> rounds.get(i).get() > before.get(i) + 1);
    }

    private static List<PluginVariant> plugins() {
        List<PluginVariant> plugins = new ArrayList<>(PluginVariant.programs());
        if (PluginProcess.hasCurl()) {
            plugins.add(PluginVariant.scripts().get(0));
        }
        return plugins;
    }
}
