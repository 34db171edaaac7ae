package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import io.enim.Cidr;
import io.enim.netlink.internal.sys.Bpf;
import io.enim.netlink.internal.sys.Bpf.Hook;
import io.enim.netlink.internal.sys.QuietCloseable;
import io.enim.netlink.internal.wire.LinkMessage;
import io.enim.netlink.testbed.TestbedInternals;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.ReturnReport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tenant attaches BPF programs to its device, which stay when it moves. Needs root outside of user namespaces. */
class HostileProgramIT extends EniFixture {
    private final List<QuietCloseable> heldByTenant = new ArrayList<>();

    @BeforeEach
    void moveInWherePermitted() {
        moveIn();
    }

    @AfterEach
    void endTenant() {
        heldByTenant.forEach(QuietCloseable::close);
    }

    private void assumePermitted(ThrowingAction attach) {
        assumeThatCode(attach::run)
                .as("only root in the initial user namespace may attach BPF programs, of a kind that this kernel has")
                .doesNotThrowAnyException();
    }

    private interface ThrowingAction {
        void run();
    }

    private void assertReturnsWithout(TenantProgram program) throws IOException {
        ReturnReport back = returnToHost();
        assertThat(back.foundIn()).isEqualTo(ReturnReport.Location.SANDBOX);
        ReturnReport verified = testHost.restoreOnHost(eni.baseline());
        assertThat(verified.unresolved()).isEmpty();
        if (program != TenantProgram.XDP) {
            assertThat(verified.repaired()).anyMatch(line -> line.contains("is attached at " + program));
        }
        assertThat(programs(host, eni.name(), program)).isEmpty();
        assertThat(testHost.restoreOnHost(eni.baseline())).isEqualTo(ON_HOST_CLEAN);
        assertTheNextTenantIsAnswered();
    }

    private void assertTheNextTenantIsAnswered() throws IOException {
        InetAddress gateway = Cidr.parseAddress("10.0.3.1");
        testHost.cloud.addAddress("vpc", gateway, 24);
        TestbedNamespace next = testHost.newNamespace("next");
        testHost.connect(eni, testHost.openNetns(next), TestHost.linkConfig("eth0", 8));
        NamespaceRunner.run(next, () -> assertThat(gateway.isReachable(20_000)).isTrue());
    }

    private static List<Object> programs(TestbedNamespace namespace, String device, TenantProgram program)
            throws IOException {
        LinkMessage link = TestbedInternals.link(namespace, device);
        List<Object> programs = new ArrayList<>(link.xdpPrograms());
        if (program != TenantProgram.XDP) {
            NamespaceRunner.run(
                    namespace, () -> programs.addAll(Bpf.query(link.index(), Hook.valueOf(program.name()))));
        }
        return programs;
    }

    @ParameterizedTest
    @EnumSource
    void p13_aProgramWithoutAProcessIsDetached(TenantProgram program) throws IOException {
        assumePermitted(() -> program.attach(pod, "eth0"));
        assertThat(programs(pod, "eth0", program)).hasSize(1);
        assertReturnsWithout(program);
    }

    @ParameterizedTest
    @EnumSource
    void p13_aProgramThatATenantsLinkHoldsIsDetached(TenantProgram program) throws IOException {
        assumePermitted(() -> heldByTenant.add(program.link(pod, "eth0")));
        assertThat(programs(pod, "eth0", program)).hasSize(1);
        assertReturnsWithout(program);
    }
}
