package io.enim.systemtests.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.EniManager;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import io.enim.systemtests.e2e.HostPrograms;
import io.enim.systemtests.e2e.HostPrograms.ProgramResult;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The agent's process is killed at a step, with a tenant on one NIC; another one takes over, and nothing is lost: every
 * device is on the host or with its owner. Both when the tenant outlives the agent and when it dies while no agent is there.
 */
@RequiresCloudNics
class AgentDeathIT {
    private static final int ENIS = 2;
    private static final int KILLED = 137;

    @TempDir
    private Path directory;

    /** An agent that ADDs and DELs one endpoint and kills itself on the way. Arguments: directory, step, side. */
    static final class SelfKillingAgent {
        private SelfKillingAgent() {}

        public static void main(String[] arguments) {
            Step step = Step.valueOf(arguments[1]);
            Side side = Side.valueOf(arguments[2]);
            try (EniManager manager = NicNode.manager(Path.of(arguments[0]), ENIS, (reached, at) -> {
                if (reached == step && at == side) {
                    // Nothing runs after this: no hook, no finally, as with kill -9.
                    Runtime.getRuntime().halt(KILLED);
                }
            })) {
                manager.add(AddRequest.forEndpoint(NicNode.endpoint("victim"))
                        .netns(Path.of("/run/netns/victim"))
                        .whenEmpty(AddRequest.WhenEmpty.WAIT)
                        .build());
                manager.del(NicNode.endpoint("victim"));
                manager.gc();
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}, tenant {2}")
    @CsvSource({
        "ADD_RECORD_INTENT, AFTER, lives",
        "ADD_MOVE_IN, AFTER, lives",
        "ADD_MOVE_IN, AFTER, dies",
        "ADD_CONFIGURE, AFTER, dies",
        "ADD_RECORD_DONE, AFTER, lives",
        "ADD_RECORD_DONE, AFTER, dies",
        "DEL_RECORD_INTENT, AFTER, dies",
        "DEL_RETURN_TO_HOST, BEFORE, lives",
        "DEL_RETURN_TO_HOST, AFTER, dies",
        "DEL_FORGET, AFTER, lives"
    })
    void p5_theNextAgentFindsEveryDevice(Step step, Side side, String tenant) throws Exception {
        try (NicNode node = new NicNode(directory, ENIS)) {
            node.stop();
            node.namespace("victim");
            ProgramResult victim = runVictim(step, side);
            assertThat(victim.status())
                    .as("exit status of the agent: %s", victim.output())
                    .isEqualTo(KILLED);
            if (tenant.equals("dies")) {
                node.kill("victim");
            }
            node.takeOver();
            node.manager.gc();
            node.manager.gc();
            for (Assignment assignment : node.manager.assignments()) {
                assertThat(tenant).as("only a live one is served").isEqualTo("lives");
                assertThat(assignment.phase()).isEqualTo(Assignment.Phase.ADDED);
                assertThat(node.manager.check(assignment.endpoint()).differences())
                        .isEmpty();
            }
            node.manager.del(NicNode.endpoint("victim"));
            node.assertAllOnHostAndFresh();
        }
    }

    private ProgramResult runVictim(Step step, Side side) throws IOException, InterruptedException {
        return HostPrograms.run(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx192m",
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SelfKillingAgent.class.getName(),
                directory.toString(),
                step.name(),
                side.name());
    }
}
