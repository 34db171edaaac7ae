package io.enim.systemtests.install;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.systemtests.e2e.HostPrograms;
import io.enim.systemtests.e2e.HostPrograms.ProgramResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The package on a Debian node with containerd: from its installation to its purge. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DebianPackageIT {
    private static final Path PAGE = Path.of(System.getProperty("enim.root", "../.."), "docs/agent.md");
    private static final Pattern COMMANDS = Pattern.compile("## Install on Debian\n.*?```sh\n(.*?)```", Pattern.DOTALL);

    private static final String EARLIER = "0.0.1";

    private final List<String> printed = new ArrayList<>();
    private Path directory;
    private DebianNode node;
    private String built;
    private String earlier;

    /** By the commands of the page. From then on ENIs of the emulated cloud do not rest. */
    @BeforeAll
    void install(@TempDir Path directory) throws Exception {
        HostPrograms.assumeInstalled();
        this.directory = directory;
        node = new DebianNode(directory);
        built = node.receive(AgentPackage.built());
        for (String command : commands()) {
            printed.add(run(command));
        }
        earlier = node.receive(AgentPackage.ofVersion(EARLIER, directory.resolve("earlier")));
        run("ctr task kill --signal KILL web && echo enim.pool.cooldown=0s >>/etc/enim/agent.properties");
        run("systemctl restart enim-agent");
    }

    @AfterAll
    void end() {
        if (node != null) {
            node.close();
        }
    }

    private String run(String command) throws Exception {
        ProgramResult result = node.run(command);
        if (result.status() != 0) {
            throw new AssertionError(
                    command + "\nexit status " + result.status() + ": " + result.output() + node.journal("enim-agent"));
        }
        return result.output();
    }

    /** The commands in docs/agent.md, as they stand there. */
    private static List<String> commands() throws Exception {
        Matcher block = COMMANDS.matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        return requireNonNull(block.group(1), "group 1").lines().toList();
    }

    @Test
    void fiveCommandsOfThePageLeadFromThePackageToAPodWithAnEni() {
        assertThat(printed).hasSize(5);
        assertThat(printed.get(4)).as("the assignment of the pod").contains("web", "eni-0000000", "10.80.0.");
    }

    private static String call(String command, String container) {
        return "echo '{\"cniVersion\":\"1.0.0\",\"name\":\"enim\",\"type\":\"enim\"}' | CNI_COMMAND=" + command
                + " CNI_CONTAINERID=" + container + " CNI_NETNS=/run/netns/" + container
                + " CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin /opt/cni/bin/enim";
    }

    /** The address of a pod that a runtime would have made. */
    private String addPod(String name) throws Exception {
        String result = run("ip netns add " + name + " && " + call("ADD", name));
        Matcher address = Pattern.compile("\"(10\\.80\\.0\\.\\d+)/").matcher(result);
        assertThat(address.find()).as(result).isTrue();
        return address.group(1);
    }

    /** DELs the pods of the test before; every ENI is free when this returns (P2). */
    @BeforeEach
    void removePods() throws Exception {
        for (String name : run("ls /run/netns").split("\\s+")) {
            if (!name.startsWith("vpc-")) {
                run(call("DEL", name) + " && ip netns del " + name);
            }
        }
        HostPrograms.await(
                "no endpoint holds an ENI, and none is in quarantine",
                directory.resolve("machine.log"),
                () -> !run("enim-agent enis").matches("(?s).*(IN_USE|QUARANTINED).*"));
    }

    @Test
    void p1_p3_upgradesAndTheWayBackFailNoCallAndLoseNoPacketAndNoRecord() throws Exception {
        String web = addPod("web");
        addPod("cart");
        String records = run("enim-agent assignments --json");
        Path echoes = directory.resolve("echoes");
        Path calls = directory.resolve("calls");
        try (Goes ping = new Goes(node.start("exec ip netns exec cart ping -i 0.02 " + web, echoes));
                Goes stream = new Goes(node.start(callsOneAfterTheOther(), calls))) {
            for (String next : List.of(earlier, built)) {
                String before = run("systemctl show --property=MainPID --value enim-agent");
                int called = calls();
                HostPrograms.await("calls go on", calls, () -> calls() > called + 2);
                run("apt-get install -y --allow-downgrades ./" + next);
                assertThat(run("systemctl show --property=MainPID --value enim-agent"))
                        .as("another agent")
                        .isNotEqualTo(before)
                        .isNotEqualTo("0\n");
                assertThat(next).contains(run("dpkg-query -W -f '_${Version}_' enim-agent"));
                int since = calls();
                HostPrograms.await("calls go on with the new one", calls, () -> calls() > since + 2);
            }
            run("touch /run/enough");
            assertThat(stream.end()).as(Files.readString(calls)).isZero();
            run("kill -INT $(pidof ping)");
            ping.end();
        }
        assertThat(run("enim-agent assignments --json")).isEqualTo(records);
        assertThat(node.journal("enim-agent")).doesNotContain("LOST_ENI", "set-aside", "Exception");
        List<Integer> answered = Pattern.compile("icmp_seq=(\\d+) ttl")
                .matcher(Files.readString(echoes))
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
        assertThat(answered)
                .as("each echo but those that were under way at the end")
                .hasSizeGreaterThan(100)
                .isEqualTo(IntStream.rangeClosed(1, answered.size()).boxed().toList());
    }

    /** An ADD and a DEL of one pod after another, until there is a file; how many, in another one. Ends with 1 when one fails. */
    private static String callsOneAfterTheOther() {
        return "n=0; while [ ! -e /run/enough ]; do ip netns add s && " + call("ADD", "s") + " && " + call("DEL", "s")
                + " && ip netns del s || exit 1; n=$((n + 1)); echo $n >/run/calls.new && mv /run/calls.new /run/calls; done";
    }

    private int calls() throws Exception {
        Path count = node.outside("/run/calls");
        return Files.exists(count) ? Integer.parseInt(Files.readString(count).strip()) : 0;
    }

    /** A process that is ended with the test. */
    private record Goes(Process process) implements AutoCloseable {
        int end() throws InterruptedException {
            return process.waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** Last: the others need the agent. */
    @Test
    @Order(Integer.MAX_VALUE)
    void p1_aPurgeIsRefusedWhileAPodHasAnEniAndNamesIt() throws Exception {
        addPod("web");
        ProgramResult removed = node.run("apt-get remove -y enim-agent");
        assertThat(removed.status()).as(removed.output()).isZero();
        assertThat(removed.output()).contains("these pods keep their ENIs", "/web has ENI eni-", "/run/netns/web");
        assertThat(run("find /opt/cni /etc/cni /usr/lib -name '*enim*' 2>/dev/null || :"))
                .isEmpty();
        assertThat(node.run("systemctl is-active enim-agent").output()).contains("inactive");

        ProgramResult refused = node.run("apt-get purge -y enim-agent");
        assertThat(refused.status()).as(refused.output()).isNotZero();
        assertThat(refused.output()).contains("not purged", "/web has ENI eni-", "delete the pods, or reboot");
        assertThat(run("ls /run/enim/assignments")).isNotBlank();
        assertThat(run("cat /etc/enim/agent.properties")).as("its settings").contains("enim.provider=fake");

        run("apt-get install -y ./" + built);
        assertThat(run("enim-agent assignments")).as("the next agent knows it").contains("web");
        removePods();
        run("apt-get purge -y enim-agent");
        assertThat(node.run("ls -d /run/enim /var/lib/enim /etc/enim /usr/lib/enim-agent /opt/cni/bin/enim")
                        .output())
                .doesNotContain("\n/");
        assertThat(run("grep -rl 'Written by enim-agent' /etc || :")).isEmpty();
    }

    @Test
    void p15_anAgentThatHangsIsEndedByTheWatchdogAndStartedAnew() throws Exception {
        run(
                "mkdir -p /run/systemd/system/enim-agent.service.d && printf '[Service]\nWatchdogSec=2\nTimeoutAbortSec=1\n'"
                        + " >/run/systemd/system/enim-agent.service.d/test.conf && systemctl daemon-reload");
        addPod("web");
        run("systemctl restart enim-agent");
        String first = run("systemctl show --property=MainPID --value enim-agent");
        run("kill -STOP " + first);
        HostPrograms.await(
                "another agent serves",
                directory.resolve("machine.log"),
                () -> !run("systemctl show --property=MainPID --value enim-agent")
                                .equals(first)
                        && node.run("enim-agent assignments").output().contains("web"));
        assertThat(run("systemctl show --property=NRestarts --value enim-agent"))
                .isNotEqualTo("0\n");
        assertThat(node.journal("enim-agent")).contains("Watchdog timeout", "Full thread dump");
        assertThat(run("ls /run/enim/assignments")).as("no record is lost").contains("web");
        run(
                "rm -r /run/systemd/system/enim-agent.service.d && systemctl daemon-reload && systemctl restart enim-agent");
    }

    @Test
    void theUnitIsConfinedAndServesAllTheSame() throws Exception {
        String status = run("cat /proc/$(systemctl show --property=MainPID --value enim-agent)/status");
        // CAP_DAC_READ_SEARCH is 2, CAP_NET_ADMIN 12, CAP_SYS_PTRACE 19, CAP_SYS_ADMIN 21.
        assertThat(status).contains("CapEff:\t0000000000281004", "NoNewPrivs:\t1", "Seccomp:\t2");
        assertThat(run("systemd-analyze security --no-pager --threshold=40 enim-agent"))
                .contains("Overall exposure level");
        String web = addPod("web");
        addPod("cart");
        assertThat(run("ip netns exec cart ping -c 1 -W 5 " + web)).contains("1 received");
        run("enim-agent host check");
        assertThat(run("enim-agent gc")).doesNotContain("FAILED");
    }

    @Test
    void theSameInputGivesTheSamePackage() throws Exception {
        Path one = AgentPackage.ofVersion("0.0.2-SNAPSHOT", directory.resolve("one"));
        Path other = AgentPackage.ofVersion("0.0.2-SNAPSHOT", directory.resolve("other"));
        assertThat(one.getFileName().toString()).startsWith("enim-agent_0.0.2~snapshot-1_");
        assertThat(one).hasSameBinaryContentAs(other);
    }
}
