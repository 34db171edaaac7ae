package io.enim.netlink.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.DeviceException.Kind;
import io.enim.netlink.internal.wire.RouteMessage;
import io.enim.netlink.testbed.VethPair;
import io.enim.spi.Device;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What software of a stock host configures on an ENI's device is removed before the ENI is offered (P20). */
class HostTakeOverIT extends EniFixture {
    private static final int MAIN = RouteMessage.RT_TABLE_MAIN;

    private final HostSoftware software = new HostSoftware(host);

    @BeforeEach
    void aHostHasADefaultRouteOfItsOwn() {
        host.addVeth(VethPair.between("uplink", "uplinkpeer"));
        host.setUp("uplinkpeer");
        software.configure("uplink", "10.80.0.200", 24);
        software.addDefault("uplink", "10.80.0.1", MAIN, 512);
    }

    private void assertTakenOver(ReturnReport report) {
        assertThat(report.isVerified()).as(report.toString()).isTrue();
        assertThat(host.device(eni.name()).map(Device::up)).contains(false);
        assertThat(host.addresses(eni.name())).isEmpty();
        assertThat(host.routes(eni.name())).isEmpty();
        assertThat(host.routes("uplink")).contains("0.0.0.0/0 via 10.80.0.1");
        assertThat(testHost.restoreOnHost(eni.baseline()))
                .as("the next reading finds nothing to take over")
                .isEqualTo(new ReturnReport(Location.HOST, List.of(), List.of()));
    }

    @Test
    void p20_whatADhcpClientConfiguredIsTakenOver() {
        software.configure(eni.name(), "10.80.0.4", 24);
        software.addDefault(eni.name(), "10.80.0.1", MAIN, 1024);
        ReturnReport report = testHost.restoreOnHost(eni.baseline());
        assertThat(report.takenOver())
                .contains("it is up", "it has address 10.80.0.4/24", "it has route 0.0.0.0/0 via 10.80.0.1");
        assertTakenOver(report);
    }

    @Test
    void p15_aLoggerThatThrowsChangesNoTakeOver() {
        try (ThrowingLogging logging = new ThrowingLogging()) {
            p20_whatADhcpClientConfiguredIsTakenOver();
            assertThat(logging.hasThrown()).isTrue();
        }
    }

    @Test
    void p20_bothFamiliesAreTakenOverWithALowerMetricThanTheHostsOwn() {
        software.configure(eni.name(), "10.80.0.4", 24);
        software.configure(eni.name(), "10.80.0.5", 24);
        software.configure(eni.name(), "2001:db8:9::4", 64);
        software.addDefault(eni.name(), "10.80.0.1", MAIN, 100);
        software.addDefault(eni.name(), "2001:db8:9::1", MAIN, 100);
        assertTakenOver(testHost.restoreOnHost(eni.baseline()));
    }

    @Test
    void p20_policyRoutesAndTheirRulesAreTakenOver() {
        List<String> before = software.rules();
        software.configure(eni.name(), "10.80.0.4", 24);
        software.addDefault(eni.name(), "10.80.0.1", 10_001, 0);
        software.addRule("10.80.0.4", 10_001, 32_765);
        software.addRule("10.80.0.200", 10_001, 32_764);
        ReturnReport report = testHost.restoreOnHost(eni.baseline());
        assertThat(report.takenOver())
                .contains("there is rule 32765: from 10.80.0.4/32 lookup 10001")
                .contains("it has route 0.0.0.0/0 via 10.80.0.1 in table 10001");
        assertTakenOver(report);
        assertThat(software.rules())
                .as("the rule of the host's own address is the host's")
                .containsAll(before)
                .contains("32764: from 10.80.0.200/32 lookup 10001")
                .hasSize(before.size() + 1);
    }

    @Test
    void p20_aDeviceThatIsOnlyUpIsTakenDown() {
        host.setUp(eni.name());
        ReturnReport report = testHost.restoreOnHost(eni.baseline());
        assertThat(report.takenOver()).contains("it is up");
        assertTakenOver(report);
    }

    @Test
    void p20_anEniThatFellBackToTheHostAndWasConfiguredThereIsTakenOver() {
        software.configure(eni.name(), "10.80.0.4", 24);
        software.addDefault(eni.name(), "10.80.0.1", MAIN, 1024);
        assertTakenOver(testHost.returnToHost(eni.baseline(), netns));
    }

    @Test
    void p9_theHostsOnlyDefaultRouteIsLeft() {
        host.deleteDevice("uplink");
        software.configure(eni.name(), "10.80.0.4", 24);
        software.addDefault(eni.name(), "10.80.0.1", MAIN, 1024);
        assertRefused(Kind.PROTECTED, () -> testHost.restoreOnHost(eni.baseline()))
                .hasMessageContaining("the host's only default route leaves by it");
        assertThat(host.addresses(eni.name())).contains("10.80.0.4/24");
        assertThat(host.routes(eni.name())).contains("0.0.0.0/0 via 10.80.0.1");
    }

    @Test
    void p9_aBridgePortThatIsUpIsLeft() {
        host.addBridge("br0");
        host.attach(eni.name(), "br0");
        host.setUp(eni.name());
        assertRefused(Kind.PROTECTED, () -> testHost.restoreOnHost(eni.baseline()));
        assertThat(host.device(eni.name()).map(Device::up)).contains(true);
    }
}
