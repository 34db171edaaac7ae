package io.enim.examples.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.CheckReport;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.examples.vm.Machine.Tenant;
import io.enim.netlink.NetworkNamespace;
import io.enim.spi.Device;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lives and deaths on NICs that no tenant can delete: when a namespace ends, its NIC is back in the machine's first one,
 * down, under the name and with all else the tenant gave it.
 */
@CloudNics
class CloudNicIT {
    private static final MacAddress STRANGE = MacAddress.parse("02:00:00:de:ad:01");

    @TempDir
    private Path directory;

    private Machine machine;

    @BeforeEach
    void boot() {
        machine = new Machine(directory, 3);
    }

    @AfterEach
    void p2_everyEniIsReadyAndEveryDeviceHomeAsItWas() {
        try {
            machine.assertAllHomeAndFresh();
        } finally {
            machine.close();
        }
    }

    private void end(Tenant tenant) {
        machine.manager().del(tenant.endpoint());
    }

    /** Ends the tenant's namespace and lets the collector find out. */
    private void die(Tenant tenant) {
        machine.kill(tenant.name());
        machine.awaitFallen(tenant.mac());
        machine.manager().gc();
    }

    private static void reName(NetworkNamespace sandbox, String from, String to) {
        sandbox.setDown(from);
        sandbox.rename(from, to);
    }

    @Test
    void tenantsReachEachOtherThroughTheirNics() {
        Tenant web = machine.tenant("web");
        Tenant cart = machine.tenant("cart");
        assertThat(machine.reaches(web, cart)).isTrue();
        assertThat(machine.manager().check(web.endpoint()).differences()).isEmpty();
        end(web);
        assertThat(machine.reaches(cart, web)).isFalse();
        end(cart);
    }

    @Test
    void f21_aDeadNamespacesDeviceIsHomeUnderTheTenantsNameAndMended() {
        Tenant web = machine.tenant("web");
        reName(web.sandbox(), "eth0", "net7");
        web.sandbox().setMac("net7", STRANGE);
        web.sandbox().setMtu("net7", 1280);
        web.sandbox().setTxQueueLength("net7", 55);
        web.sandbox().setGroup("net7", 7);
        web.sandbox().setAlias("net7", "cid=abc");
        web.sandbox().addAlternativeName("net7", "evil");
        web.sandbox().setUp("net7");
        // Without the manager, which would mend it at once.
        machine.stop();
        machine.kill("web");
        Device fallen = machine.awaitFallen(web.mac());
        assertThat(fallen.name()).isEqualTo("net7");
        assertThat(fallen.mac()).isEqualTo(STRANGE);
        assertThat(fallen.mtu()).isEqualTo(1280);
        assertThat(fallen.altNames()).containsExactly("evil");
        assertThat(fallen.alias()).contains("cid=abc");
        assertThat(fallen.up()).isFalse();
        machine.start();
    }

    @Test
    void p13_theSameIsMendedWhenTheTenantGoesByDel() {
        Tenant web = machine.tenant("web");
        reName(web.sandbox(), "eth0", "net7");
        web.sandbox().setMac("net7", STRANGE);
        web.sandbox().setMtu("net7", 1280);
        web.sandbox().setGroup("net7", 7);
        web.sandbox().addAlternativeName("net7", "evil");
        end(web);
    }

    @Test
    void f21_aNameThatIsTakenAtHomeMakesItDevN() {
        Tenant web = machine.tenant("web");
        reName(web.sandbox(), "eth0", machine.home.devices().get(0).name());
        machine.stop();
        machine.kill("web");
        assertThat(machine.awaitFallen(web.mac()).name()).startsWith("dev");
        machine.start();
    }

    @Test
    void f21_itsOwnNameIsTakenByAnotherWhenItFallsHome() {
        Tenant web = machine.tenant("web");
        String own = machine.fresh(web.mac()).name();
        machine.home.addBridge(own);
        die(web);
        machine.awaitReady(3);
        assertThat(machine.atHome(web.mac()).orElseThrow().name())
                .isEqualTo("eni" + web.mac().toString().replace(":", ""));
        machine.home.deleteDevice(own);
        machine.manager().gc();
    }

    @Test
    void p13_aBridgePortComesHomeFree() {
        Tenant web = machine.tenant("web");
        web.sandbox().addBridge("br0");
        web.sandbox().attach("eth0", "br0");
        end(web);
        Tenant cart = machine.tenant("cart");
        cart.sandbox().addBridge("br0");
        cart.sandbox().attach("eth0", "br0");
        die(cart);
    }

    @Test
    void f20_aMacvlanOnTopIsNotTakenForTheDevice() {
        Tenant web = machine.tenant("web");
        web.sandbox().addMacvlan("mv0", "eth0");
        end(web);
        assertThat(web.sandbox().device("mv0")).isEmpty();
        Tenant cart = machine.tenant("cart");
        cart.sandbox().addMacvlan("mv0", "eth0");
        die(cart);
    }

    @Test
    void f20_aVlanOnTopIsNotTakenForTheDevice() {
        Tenant web = machine.tenant("web");
        web.sandbox().addVlan("eth0.5", "eth0", 5);
        end(web);
        assertThat(web.sandbox().device("eth0.5")).isEmpty();
        Tenant cart = machine.tenant("cart");
        cart.sandbox().addVlan("eth0.5", "eth0", 5);
        die(cart);
    }

    @Test
    void f21_movedOnIntoANestedNamespaceThatLivesIsFound() {
        Tenant web = machine.tenant("web");
        NetworkNamespace nested = machine.namespace("nested");
        web.sandbox().moveTo(nested, "eth0");
        end(web);
        assertThat(nested.devices()).isEmpty();
    }

    @Test
    void f21_movedOnIntoANestedNamespaceThatDiesFallsHome() {
        Tenant web = machine.tenant("web");
        web.sandbox().moveTo(machine.namespace("nested"), "eth0");
        machine.kill("nested");
        machine.awaitFallen(web.mac());
        assertThat(web.sandbox().devices()).isEmpty();
        end(web);
    }

    /** It is up, where a machine can take out what is; elsewhere the tenant has taken it down before. */
    @Test
    void p2_takenOutWhileInUseIsQuarantinedUntilItIsSeenAgain() {
        Tenant web = machine.tenant("web");
        if (Machine.takesOutWhatIsUp()) {
            assertThat(web.sandbox().devices()).allMatch(Device::up);
        } else {
            web.sandbox().setDown("eth0");
        }
        assertThat(machine.plug("unplug", web.mac())).isTrue();
        assertThat(web.sandbox().devices()).isEmpty();
        assertThat(machine.manager().check(web.endpoint()).differences())
                .extracting(CheckReport.Difference::what)
                .contains("device");
        end(web);
        assertThat(machine.manager().enis())
                .filteredOn(eni -> eni.mac().equals(web.mac()))
                .singleElement()
                .satisfies(eni -> assertThat(eni.state()).isEqualTo(EniState.QUARANTINED));
        machine.manager().gc();
        assertThat(machine.manager().enis()).anyMatch(eni -> eni.state() == EniState.QUARANTINED);
        assertThat(machine.plug("plug", web.mac())).isTrue();
        machine.awaitFallen(web.mac());
        machine.manager().gc();
    }

    @Test
    void p5_everyNamespaceDiesAtOnceWhileTheAgentIsAway() {
        List<Tenant> tenants = List.of(machine.tenant("web"), machine.tenant("cart"), machine.tenant("mail"));
        assertThatThrownBy(() -> machine.tenant("late")).hasMessageContaining("3");
        machine.kill("late");
        machine.stop();
        tenants.forEach(tenant -> machine.kill(tenant.name()));
        tenants.forEach(tenant -> machine.awaitFallen(tenant.mac()));
        machine.start();
    }
}
