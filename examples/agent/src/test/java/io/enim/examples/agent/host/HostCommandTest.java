package io.enim.examples.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The files for a stock host, in a directory that stands for its file system (P20). */
class HostCommandTest {
    @TempDir
    Path root;

    private record Ran(int status, String output) {}

    @BeforeEach
    void aHostWithADefaultRoute() throws IOException {
        write(
                "proc/net/route",
                "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
                        + "eni7\t00000000\t0101A8C0\t0003\t0\t0\t1024\t00000000\t0\t0\t0\n"
                        + "bond0\t00000000\t0101A8C0\t0003\t0\t0\t512\t00000000\t0\t0\t0\n");
        nic("eth0", "0x1003");
        nic("eth1", "0x1003");
        write("sys/class/net/bond0/lower_eth0", "");
        write("sys/class/net/bond0/lower_eth1", "");
    }

    private void nic(String name, String flags) throws IOException {
        write("sys/class/net/" + name + "/device", "");
        write("sys/class/net/" + name + "/flags", flags + "\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void installed(String... programs) throws IOException {
        for (String program : programs) {
            write(program, "");
        }
    }

    private Ran run(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--root", root.toString()));
        StringWriter out = new StringWriter();
        CommandLine line = new CommandLine(new HostCommand());
        line.setExecutionExceptionHandler((error, failed, parsed) -> {
            failed.getErr().println(error.getMessage());
            return 1;
        });
        int status = line.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments.toArray(String[]::new));
        return new Ran(status, out.toString());
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }

    @Test
    void p20_installWritesTheFilesOfTheProgramsThereAreAndCheckIsContent() throws IOException {
        installed("usr/lib/systemd/systemd-networkd", "usr/bin/cloud-init", "usr/lib/systemd/system/ifup@.service");
        Ran before = run("check");
        assertThat(before.status()).isEqualTo(1);
        assertThat(before.output())
                .containsPattern("05-enim.network +systemd-networkd +missing")
                .contains("host install");

        Ran install = run("install");
        assertThat(install.status()).as(install.output()).isZero();
        assertThat(install.output()).contains("wrote ").contains("now run: networkctl reload");
        assertThat(read("etc/systemd/network/05-enim.network")).contains("Name=!bond0 eth0 eth1\n", "Unmanaged=yes");
        assertThat(read("etc/cloud/cloud.cfg.d/99-enim.cfg")).contains("boot-new-instance");
        assertThat(read("etc/systemd/system/ifup@.service.d/10-enim.conf")).contains("case \" bond0 eth0 eth1 \" in");
        assertThat(root.resolve("etc/NetworkManager")).as("it is not installed").doesNotExist();

        Ran after = run("check");
        assertThat(after.status()).as(after.output()).isZero();
        assertThat(after.output())
                .containsPattern("05-enim.network +systemd-networkd +in place")
                .contains("not needed");
        assertThat(run("install").output()).isEqualTo("all files are in place\n");
    }

    @Test
    void p20_allProgramsHaveTheirFileInTheirOwnWords() throws IOException {
        installed(
                "usr/sbin/NetworkManager",
                "usr/lib/systemd/systemd-udevd",
                "usr/lib/systemd/system/policy-routes@.service");
        run("install", "--keep", "eth0,eth1");
        assertThat(read("etc/NetworkManager/conf.d/90-enim.conf"))
                .contains("type:ethernet;type:veth;except:interface-name:eth0;except:interface-name:eth1\n");
        assertThat(read("etc/udev/rules.d/99-enim.rules"))
                .contains("ENV{INTERFACE}==\"eth0|eth1\"", "ENV{NM_UNMANAGED}=\"1\"");
        assertThat(read("etc/systemd/system/policy-routes@.service.d/10-enim.conf"))
                .contains("\" eth0 eth1 \"");
        assertThat(read("etc/systemd/system/refresh-policy-routes@.service.d/10-enim.conf"))
                .contains("ExecCondition");
    }

    @Test
    void theInterfacesThatWereKeptOnceStayKept() throws IOException {
        installed("usr/lib/systemd/systemd-networkd");
        run("install", "--keep", "eth0", "--keep", "eth1");
        assertThat(run("check").output()).contains("the host's own interfaces: eth0, eth1");
        assertThat(run("check").status()).isZero();
        write("etc/systemd/network/05-enim.network", "[Match]\nName=nothing\n");
        assertThat(run("check").output()).containsPattern("05-enim.network +systemd-networkd +differs");
    }

    @Test
    void aNicThatIsUpAndMayBeTheHostsIsAskedForAndNothingIsWritten() throws IOException {
        installed("usr/lib/systemd/systemd-networkd");
        nic("storage0", "0x1003");
        nic("eni7", "0x1003");
        nic("eni8", "0x1002");
        Ran refused = run("install");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("[eni7, storage0] are up", "--keep", "--eni");
        assertThat(root.resolve("etc")).doesNotExist();
        assertThat(run("install", "--keep", "bond0,eth0,eth1,storage0", "--eni", "eni7")
                        .status())
                .isZero();
    }

    @Test
    void withoutADefaultRouteTheInterfacesMustBeNamed() throws IOException {
        installed("usr/lib/systemd/systemd-networkd");
        write("proc/net/route", "Iface\tDestination\n");
        assertThat(run("install").output()).contains("no default route was found", "--keep eth0");
        write(
                "proc/net/ipv6_route",
                "00000000000000000000000000000000 00 00000000000000000000000000000000 00"
                        + " fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n");
        assertThat(run("check").output()).contains("the host's own interfaces: eth0\n");
    }

    @Test
    void namesThatCouldBreakOutOfAFileAreRefused() {
        Ran refused = run("install", "--keep", "a';reboot;'");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.output()).contains("is no interface name");
        assertThat(root.resolve("etc")).doesNotExist();
    }
}
