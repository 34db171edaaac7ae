package io.enim.examples.agent.needs;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Health;
import io.enim.Health.Status;
import io.enim.examples.agent.config.AgentSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that a process lacks is said in one sentence, and what it has is not. */
class ProcessNeedsTest {
    private static final String ALL_THAT_IS_NEEDED = "0000000000281004";
    private static final String ROOT =
            "1 0 0:1 / / ro,relatime - overlay overlay rw\n2 1 0:3 / /proc rw,nosuid - proc proc rw";
    private static final String IPV6 = "proc/sys/net/ipv6";
    private static final Map<String, String> CONTAINER = Map.of("ENIM_CONTAINER", "oci");

    @TempDir
    private Path root;

    @BeforeEach
    void aContainerThatHasAll() throws IOException {
        status("77", ALL_THAT_IS_NEEDED);
        Files.createDirectories(root.resolve(IPV6));
        mounts("/run/enim", "/var/lib/enim", "/run/netns master:7", "/run/udev", "/etc/cni/net.d");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    private void status(String pid, String capabilities) throws IOException {
        write(
                "proc/self/status",
                "Name:\tjava\nPid:\t" + pid + "\nCapPrm:\t000001ffffffffff\nCapEff:\t" + capabilities + "\nCapBnd:\t0");
    }

    /** Each a point, and {@code ro} or how it propagates. */
    private void mounts(String... points) throws IOException {
        StringBuilder table = new StringBuilder(ROOT);
        for (String each : points) {
            String[] words = each.split(" ");
            boolean isReadOnly = List.of(words).contains("ro");
            table.append("\n2 1 0:2 / ").append(words[0]).append(isReadOnly ? " ro,nosuid " : " rw,nosuid ");
            table.append(words.length > 1 && !isReadOnly ? words[1] + " " : "").append("- tmpfs tmpfs rw");
        }
        write("proc/self/mountinfo", table.toString());
    }

    private Health unmet(Map<String, String> environment, String... more) {
        Map<String, String> flags = new HashMap<>(Map.of("enim.provider", "fake", "enim.devices", "linux"));
        for (String each : more) {
            flags.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        AgentSettings settings = AgentSettings.read(Optional.empty(), Map.of(), flags, Optional.of("node-1"));
        return ProcessNeeds.unmet(root, settings, environment);
    }

    private void assertOnly(Health found, Status status, String... words) {
        assertThat(found.status()).isEqualTo(status);
        assertThat(found.reasons()).singleElement().asString().contains(words);
    }

    @Test
    void nothingIsMissingWhereAllIsGiven() {
        assertThat(unmet(CONTAINER, "agent.cni.conflist=/etc/cni/net.d/10-enim.conflist"))
                .isEqualTo(Health.healthy());
    }

    @Test
    void eachCapabilityIsNamedAndWhereItIsAdded() throws IOException {
        status("77", "0000000000081004");
        assertOnly(unmet(Map.of()), Status.UNAVAILABLE, "CAP_SYS_ADMIN is missing", "add SYS_ADMIN");
        status("77", "0000000000280004");
        assertOnly(unmet(Map.of()), Status.UNAVAILABLE, "CAP_NET_ADMIN is missing", "add NET_ADMIN");
        status("77", "0000000000201004");
        assertOnly(unmet(Map.of()), Status.DEGRADED, "CAP_SYS_PTRACE is missing", "add SYS_PTRACE");
        status("77", "0000000000281000");
        assertOnly(unmet(Map.of()), Status.DEGRADED, "CAP_DAC_READ_SEARCH is missing", "add DAC_READ_SEARCH");
        status("77", "0000000000000000");
        assertThat(unmet(Map.of()).reasons()).hasSize(4);
    }

    @Test
    void aContainerThatSeesItsOwnProcessesOnlyIsTold() throws IOException {
        status("1", ALL_THAT_IS_NEEDED);
        assertOnly(unmet(CONTAINER), Status.DEGRADED, "hostPID: true");
        assertThat(unmet(Map.of())).as("the first process of a machine").isEqualTo(Health.healthy());
    }

    @Test
    void onTheHostNoDirectoryIsMounted() throws IOException {
        mounts();
        assertThat(unmet(Map.of())).isEqualTo(Health.healthy());
    }

    @Test
    void withDevicesInMemoryTheKernelIsNotNeeded() throws IOException {
        status("1", "0000000000000000");
        mounts("/run/enim", "/var/lib/enim");
        assertThat(unmet(CONTAINER, "enim.devices=memory")).isEqualTo(Health.healthy());
    }

    @Test
    void eachDirectoryIsNamedWithItsSetting() throws IOException {
        mounts("/run/enim", "/run/netns master:7", "/run/udev");
        assertOnly(unmet(CONTAINER), Status.UNAVAILABLE, "/var/lib/enim is not mounted", "enim.state-dir");
        mounts("/var/lib/enim", "/run/netns master:7", "/run/udev");
        assertOnly(unmet(CONTAINER), Status.UNAVAILABLE, "/run/enim is not mounted", "enim.run-dir", "agent.socket");
        mounts("/run/enim", "/var/lib/enim", "/run/netns master:7");
        assertOnly(unmet(CONTAINER), Status.DEGRADED, "/run/udev is not mounted");
    }

    @Test
    void whatSettingsAskForIsNeededThen() throws IOException {
        mounts("/run/enim", "/var/lib/enim", "/run/netns master:7", "/run/udev");
        assertThat(unmet(CONTAINER)).isEqualTo(Health.healthy());
        for (List<String> each : List.of(
                List.of("agent.cni.conflist=/etc/cni/net.d/10-enim.conflist", "/etc/cni/net.d"),
                List.of("agent.cri-socket=/run/containerd/containerd.sock", "/run/containerd"),
                List.of("agent.device-plugin=/var/lib/kubelet/device-plugins", "/var/lib/kubelet/device-plugins"))) {
            assertOnly(unmet(CONTAINER, each.get(0)), Status.UNAVAILABLE, each.get(1) + " is not mounted");
        }
    }

    @Test
    void namespacesNeedAMountThatReceivesThoseOfTheHost() throws IOException {
        mounts("/run/enim", "/var/lib/enim", "/run/udev");
        assertOnly(unmet(CONTAINER), Status.UNAVAILABLE, "/run/netns is not mounted", "HostToContainer");
        mounts("/run/enim", "/var/lib/enim", "/run/udev", "/run/netns");
        assertOnly(unmet(CONTAINER), Status.UNAVAILABLE, "/run/netns receives no mounts", "HostToContainer");
        mounts("/run/enim", "/var/lib/enim", "/run/udev", "/run/netns", "/run/netns shared:3");
        assertThat(unmet(CONTAINER))
                .as("the last mount at a point hides the others")
                .isEqualTo(Health.healthy());
        mounts("/run shared:3", "/run/enim", "/var/lib/enim");
        assertThat(unmet(CONTAINER)).as("a mount serves what is below it").isEqualTo(Health.healthy());
    }

    @Test
    void settingsOfNetworksAreWrittenOrMountedElsewhere() throws IOException {
        String[] all = {"/run/enim", "/var/lib/enim", "/run/netns master:7", "/run/udev", "/proc ro"};
        mounts(all);
        assertOnly(unmet(CONTAINER), Status.UNAVAILABLE, "/proc/sys/net is read-only", "/host/proc/sys/net");
        assertOnly(unmet(Map.of()), Status.UNAVAILABLE, "ProtectKernelTunables");
        Files.delete(root.resolve(IPV6));
        assertThat(unmet(CONTAINER)).as("a kernel without IPv6").isEqualTo(Health.healthy());
        Files.createDirectory(root.resolve(IPV6));
        mounts(Stream.concat(Stream.of(all), Stream.of("/host/proc/sys/net")).toArray(String[]::new));
        assertThat(unmet(CONTAINER)).isEqualTo(Health.healthy());
    }
}
