package io.enim.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.examples.agent.testing.PluginProcess;
import io.enim.examples.agent.testing.PluginProcess.PluginResult;
import io.enim.examples.agent.testing.PluginVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a real agent: one line for each operation, and none for what did nothing. */
@Tag("slow")
class AgentLogTest {
    private static final String DELEGATED =
            "{\"cniVersion\":\"1.1.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"},\"whenEmpty\":\"fail\"}";

    @TempDir
    Path directory;

    private ServedAgent agent;

    @BeforeEach
    void start() throws IOException {
        agent = new ServedAgent(directory);
        agent.serve("--set", "enim.pool.max=2", "--set", "enim.pool.cooldown=0s", "--set", "enim.gc.interval=1s");
        agent.awaitServing();
        await().atMost(ServedAgent.LONGEST)
                .until(() -> agent.client().get("/v1/enis").body().split("READY", -1).length == 3);
    }

    @AfterEach
    void end() {
        agent.close();
    }

    private List<String> lines() throws IOException {
        return agent.logged().lines().toList();
    }

    /** The lines that an operation adds, but for those of the pool and of findings, which are no operations of a caller. */
    private List<String> linesOf(Operation operation) throws IOException {
        int before = lines().size();
        operation.run();
        // Lines are written before the answer; one more answer later all of them are in the file.
        agent.client().get("/v1/status");
        List<String> all = lines();
        return all.subList(before, all.size()).stream()
                .filter(line -> line.contains("/eth0") || line.contains("CNI "))
                .toList();
    }

    /** Something that the agent is asked to do. */
    private interface Operation {
        void run() throws IOException;
    }

    private PluginResult cni(String command, String container) {
        return PluginProcess.forPod(PluginVariant.programs().get(0), command, agent.socket())
                .with("CNI_CONTAINERID", container)
                .with("CNI_ARGS", "")
                .run(DELEGATED);
    }

    @Test
    void eachOperationIsALineOfTheLogAndWhatDidNothingIsNone() throws IOException {
        assertThat(linesOf(() -> cni("ADD", "c1").successful()))
                .singleElement()
                .asString()
                .containsPattern("INFO +operations: ADD \\S+/c1/eth0 ok in \\d+ ms: eni-");
        assertThat(linesOf(() -> cni("ADD", "c1").successful()))
                .as("a repeated ADD")
                .singleElement()
                .asString()
                .contains("operations: ADD", "ok in");
        cni("ADD", "c2").successful();
        assertThat(linesOf(() -> assertThat(cni("ADD", "c3").exit()).isNotZero()))
                .as("a failed ADD")
                .singleElement()
                .asString()
                .containsPattern("operations: ADD \\S+/c3/eth0 failed in .* none is free");
        assertThat(linesOf(() -> cni("DEL", "c1").successful()))
                .singleElement()
                .asString()
                .containsPattern("operations: DEL \\S+/c1/eth0 ok in \\d+ ms: .*freed");
        assertThat(linesOf(() -> cni("DEL", "c1").successful()))
                .as("a DEL of nothing")
                .isEmpty();
        assertThat(linesOf(() -> cni("STATUS", "").successful())).isEmpty();
        assertThat(linesOf(() -> agent.client().post("/v1/check", "name=c2&container=c2")))
                .singleElement()
                .asString()
                .containsPattern("operations: CHECK \\S+/c2/eth0 ok in");
        assertThat(linesOf(() -> assertThat(cni("ADD", "-").exit()).isNotZero()))
                .as("one that the agent refuses itself")
                .singleElement()
                .asString()
                .contains("CNI ADD", "failed in", "code 4");
    }

    @Test
    void aDelOfNothingIsALineAtDebug() throws IOException {
        agent.client().post("/v1/log-level", "logger=io.enim.operations&level=DEBUG&seconds=600");
        assertThat(linesOf(() -> cni("DEL", "unknown").successful()))
                .singleElement()
                .asString()
                .containsPattern("DEBUG operations: DEL \\S+/unknown/eth0 ok in \\d+ ms: nothing to do");
    }

    private List<String> findings() throws IOException {
        return lines().stream().filter(line -> line.contains("FindingLog: ")).toList();
    }

    private void collectThrice() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(agent.client().post("/v1/gc", "").status()).isEqualTo(200);
        }
    }

    @Test
    void aRoundOfGarbageCollectionWithoutFindingsIsNoLine() throws IOException {
        List<String> ofTheStart = findings();
        assertThat(linesOf(this::collectThrice)).isEmpty();
        assertThat(findings()).isEqualTo(ofTheStart);
    }

    /** A record that cannot be read holds its ENI back, round after round. */
    @Test
    void aFindingThatIsLeftAsItIsIsOneLineHoweverManyRoundsFindIt() throws Exception {
        cni("ADD", "c1").successful();
        agent.close();
        try (Stream<Path> records = Files.list(directory.resolve("run/assignments"))) {
            Path record = records.filter(file -> file.toString().contains("c1"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(record, "torn");
        }
        int before = lines().size();
        agent.serve("--set", "enim.gc.interval=1h");
        agent.awaitServing();
        await().atMost(ServedAgent.LONGEST)
                .until(() -> agent.client().get("/v1/enis").body().contains("QUARANTINED"));
        collectThrice();
        assertThat(lines().subList(before, lines().size()))
                .filteredOn(line -> line.contains("FindingLog: ") && line.contains("leave it [SKIPPED] because eni-"))
                .singleElement()
                .asString()
                .contains("is held back");
    }
}
