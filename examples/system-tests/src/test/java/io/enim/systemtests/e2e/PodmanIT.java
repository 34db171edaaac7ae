package io.enim.systemtests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.api.AssignmentView;
import io.enim.examples.agent.api.EniView;
import io.enim.systemtests.e2e.HostPrograms.ProgramResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Containers of podman, which asks for addresses by itself. An ENI that was released rests longer than the tests run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodmanIT {
    private static final String GATEWAY = LibcniLifecycle.GATEWAY;

    private AgentProcess agent;
    private Podman podman;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        HostPrograms.assumeInstalled();
        agent = new AgentProcess(directory, 8, Map.of("enim.pool.cooldown", "1h"));
        podman = new Podman(directory, agent);
    }

    @AfterEach
    void removeAll() throws Exception {
        podman.removeAll();
        assertThat(agent.assignments()).isEmpty();
    }

    @AfterAll
    void end() throws Exception {
        if (podman != null) {
            podman.close();
        }
        if (agent != null) {
            agent.close();
        }
    }

    private AssignmentView only() throws Exception {
        List<AssignmentView> assignments = agent.assignments();
        assertThat(assignments).hasSize(1);
        return assignments.get(0);
    }

    private EniView free() throws Exception {
        List<EniView> free =
                agent.enis().stream().filter(eni -> eni.state().equals("READY")).toList();
        return free.get(free.size() - 1);
    }

    private static boolean reaches(AssignmentView from) throws Exception {
        return PingStream.reaches(from.netns(), GATEWAY);
    }

    private static String ipv4(EniView eni) {
        return eni.ipv4().address().replaceFirst("/.*", "");
    }

    @Test
    void aContainerThatIsReloadedKeepsItsAddressesAndIsReachable() throws Exception {
        podman.run("web", "--network", "pods").successful();
        AssignmentView before = only();
        assertThat(reaches(before)).isTrue();
        podman.podman("network", "reload", "web").successful();
        AssignmentView after = only();
        assertThat(after.eni()).isEqualTo(before.eni());
        assertThat(after.addresses()).isEqualTo(before.addresses());
        assertThat(after.netns()).isEqualTo(before.netns());
        assertThat(after.since()).as("attached anew").isNotEqualTo(before.since());
        assertThat(reaches(after)).isTrue();
    }

    @Test
    void anAddressThatItsUserAsksForIsItsOrTheHolderIsNamed() throws Exception {
        EniView eni = free();
        podman.run("web", "--network", "pods", "--ip", ipv4(eni)).successful();
        assertThat(only().eni()).isEqualTo(eni.id());
        assertThat(reaches(only())).isTrue();
        ProgramResult other = podman.run("cart", "--network", "pods", "--ip", ipv4(eni));
        assertThat(other.status()).as(other.output()).isNotZero();
        assertThat(other.output()).contains(eni.id() + " is held by default/web");
        assertThat(only().eni()).isEqualTo(eni.id());
    }

    @Test
    void aMacThatItsUserAsksForIsThatOfTheEni() throws Exception {
        EniView eni = free();
        podman.run("web", "--network", "pods", "--mac-address", eni.mac()).successful();
        assertThat(only().eni()).isEqualTo(eni.id());
        assertThat(reaches(only())).isTrue();
        ProgramResult none = podman.run("cart", "--network", "pods", "--mac-address", "02:00:5e:00:53:99");
        assertThat(none.status()).isNotZero();
        assertThat(none.output()).contains("02:00:5e:00:53:99", "no ENI of this node fits");
    }

    @Test
    void anEniThatAnotherContainerReleasedRests() throws Exception {
        EniView eni = free();
        podman.run("web", "--network", "pods", "--ip", ipv4(eni)).successful();
        podman.podman("rm", "--force", "--time", "0", "web").successful();
        ProgramResult other = podman.run("cart", "--network", "pods", "--ip", ipv4(eni));
        assertThat(other.output()).contains(eni.id() + " cools down until");
        podman.podman("rm", "--force", "cart").successful();
        podman.run("web", "--network", "pods", "--ip", ipv4(eni)).successful();
        assertThat(only().eni()).as("its next life has it back").isEqualTo(eni.id());
    }

    /** With one network configuration for both: the default route of the second is behind that of the first. */
    @Test
    void aContainerHasTwoInterfacesThatAreReachable() throws Exception {
        podman.run("web", "--network", "pods", "--network", "more").successful();
        List<AssignmentView> both = agent.assignments();
        assertThat(both)
                .extracting(AssignmentView::netns)
                .hasSize(2)
                .containsOnly(both.get(0).netns());
        assertThat(both).extracting(each -> each.endpoint().get("interface")).containsExactlyInAnyOrder("eth0", "eth1");
        String netns = both.get(0).netns();
        for (String name : List.of("eth0", "eth1")) {
            assertThat(HostPrograms.run("nsenter", "--net=" + netns, "ip", "route", "show", "default", "dev", name)
                            .successful())
                    .contains("via " + GATEWAY);
            assertThat(HostPrograms.run(
                                    "nsenter",
                                    "--net=" + netns,
                                    "busybox",
                                    "ping",
                                    "-c",
                                    "1",
                                    "-W",
                                    "5",
                                    "-I",
                                    name,
                                    GATEWAY)
                            .status())
                    .isZero();
        }
        podman.podman("network", "reload", "web").successful();
        assertThat(agent.assignments()).extracting(AssignmentView::eni).hasSize(2);
    }
}
