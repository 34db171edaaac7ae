package io.enim.systemtests.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.CheckReport;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.systemtests.vm.NicNode.Tenant;
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
@RequiresCloudNics
class CloudNicIT {
    private static final MacAddress STRANGE = MacAddress.parse("02:00:00:de:ad:01");

    @TempDir
    private Path directory;

    private NicNode nicNode;

    @BeforeEach
    void boot() {
        nicNode = new NicNode(directory, 3);
    }

    @AfterEach
    void p2_everyEniIsReadyAndEveryDeviceOnTheHostAsItWas() {
        try {
            nicNode.assertAllOnHostAndFresh();
        } finally {
            nicNode.close();
        }
    }

    private void end(Tenant tenant) {
        nicNode.manager().del(tenant.endpoint());
    }

    /** Ends the tenant's namespace and lets the collector find out. */
    private void die(Tenant tenant) {
        nicNode.kill(tenant.name());
        nicNode.awaitFallen(tenant.mac());
        nicNode.manager().gc();
    }

    private static void reName(TestbedNamespace sandbox, String from, String to) {
        sandbox.setDown(from);
        sandbox.rename(from, to);
    }

    @Test
    void tenantsReachEachOtherThroughTheirNics() {
        Tenant web = nicNode.tenant("web");
        Tenant cart = nicNode.tenant("cart");
        assertThat(nicNode.reaches(web, cart)).isTrue();
        assertThat(nicNode.manager().check(web.endpoint()).differences()).isEmpty();
        end(web);
        assertThat(nicNode.reaches(cart, web)).isFalse();
        end(cart);
    }

    @Test
    void f21_aDeadNamespacesDeviceIsOnTheHostUnderTheTenantsNameAndRepaired() {
        Tenant web = nicNode.tenant("web");
        reName(web.sandbox(), "eth0", "net7");
        web.sandbox().setMac("net7", STRANGE);
        web.sandbox().setMtu("net7", 1280);
        web.sandbox().setTxQueueLength("net7", 55);
        web.sandbox().setGroup("net7", 7);
        web.sandbox().setAlias("net7", "cid=abc");
        web.sandbox().addAlternativeName("net7", "evil");
        web.sandbox().setUp("net7");
        // Without the manager, which would mend it at once.
        nicNode.stop();
        nicNode.kill("web");
        Device fallen = nicNode.awaitFallen(web.mac());
        assertThat(fallen.name()).isEqualTo("net7");
        assertThat(fallen.mac()).isEqualTo(STRANGE);
        assertThat(fallen.mtu()).isEqualTo(1280);
        assertThat(fallen.altNames()).containsExactly("evil");
        assertThat(fallen.alias()).contains("cid=abc");
        assertThat(fallen.up()).isFalse();
        nicNode.start();
    }

    @Test
    void p13_theSameIsRepairedWhenTheTenantGoesByDel() {
        Tenant web = nicNode.tenant("web");
        reName(web.sandbox(), "eth0", "net7");
        web.sandbox().setMac("net7", STRANGE);
        web.sandbox().setMtu("net7", 1280);
        web.sandbox().setGroup("net7", 7);
        web.sandbox().addAlternativeName("net7", "evil");
        end(web);
    }

    @Test
    void f21_aNameThatIsTakenOnTheHostMakesItDevN() {
        Tenant web = nicNode.tenant("web");
        reName(web.sandbox(), "eth0", nicNode.host.devices().get(0).name());
        nicNode.stop();
        nicNode.kill("web");
        assertThat(nicNode.awaitFallen(web.mac()).name()).startsWith("dev");
        nicNode.start();
    }

    @Test
    void f21_itsOwnNameIsTakenByAnotherWhenItFallsBack() {
        Tenant web = nicNode.tenant("web");
        String own = nicNode.fresh(web.mac()).name();
        nicNode.host.addBridge(own);
        die(web);
        nicNode.awaitReady(3);
        assertThat(nicNode.onHost(web.mac()).orElseThrow().name())
                .isEqualTo("eni" + web.mac().toString().replace(":", ""));
        nicNode.host.deleteDevice(own);
        nicNode.manager().gc();
    }

    @Test
    void p13_aBridgePortReturnsToTheHostFree() {
        Tenant web = nicNode.tenant("web");
        web.sandbox().addBridge("br0");
        web.sandbox().attach("eth0", "br0");
        end(web);
        Tenant cart = nicNode.tenant("cart");
        cart.sandbox().addBridge("br0");
        cart.sandbox().attach("eth0", "br0");
        die(cart);
    }

    @Test
    void f20_aMacvlanOnTopIsNotTakenForTheDevice() {
        Tenant web = nicNode.tenant("web");
        web.sandbox().addMacvlan("mv0", "eth0");
        end(web);
        assertThat(web.sandbox().device("mv0")).isEmpty();
        Tenant cart = nicNode.tenant("cart");
        cart.sandbox().addMacvlan("mv0", "eth0");
        die(cart);
    }

    @Test
    void f20_aVlanOnTopIsNotTakenForTheDevice() {
        Tenant web = nicNode.tenant("web");
        web.sandbox().addVlan("eth0.5", "eth0", 5);
        end(web);
        assertThat(web.sandbox().device("eth0.5")).isEmpty();
        Tenant cart = nicNode.tenant("cart");
        cart.sandbox().addVlan("eth0.5", "eth0", 5);
        die(cart);
    }

    @Test
    void f21_movedOnIntoANestedNamespaceThatLivesIsFound() {
        Tenant web = nicNode.tenant("web");
        TestbedNamespace nested = nicNode.namespace("nested");
        web.sandbox().moveTo(nested, "eth0");
        end(web);
        assertThat(nested.devices()).isEmpty();
    }

    @Test
    void f21_movedOnIntoANestedNamespaceThatDiesFallsBackToTheHost() {
        Tenant web = nicNode.tenant("web");
        web.sandbox().moveTo(nicNode.namespace("nested"), "eth0");
        nicNode.kill("nested");
        nicNode.awaitFallen(web.mac());
        assertThat(web.sandbox().devices()).isEmpty();
        end(web);
    }

    /** It is up, where a machine can take out what is; elsewhere the tenant has taken it down before. */
    @Test
    void p2_takenOutWhileInUseIsQuarantinedUntilItIsSeenAgain() {
        Tenant web = nicNode.tenant("web");
        if (NicNode.takesOutWhatIsUp()) {
            assertThat(web.sandbox().devices()).allMatch(Device::up);
        } else {
            web.sandbox().setDown("eth0");
        }
        assertThat(nicNode.plug("unplug", web.mac())).isTrue();
        assertThat(web.sandbox().devices()).isEmpty();
        assertThat(nicNode.manager().check(web.endpoint()).differences())
                .extracting(CheckReport.Difference::what)
                .contains("device");
        end(web);
        assertThat(nicNode.manager().enis())
                .filteredOn(eni -> eni.mac().equals(web.mac()))
                .singleElement()
                .satisfies(eni -> assertThat(eni.state()).isEqualTo(EniState.QUARANTINED));
        nicNode.manager().gc();
        assertThat(nicNode.manager().enis()).anyMatch(eni -> eni.state() == EniState.QUARANTINED);
        assertThat(nicNode.plug("plug", web.mac())).isTrue();
        nicNode.awaitFallen(web.mac());
        nicNode.manager().gc();
    }

    @Test
    void p5_everyNamespaceDiesAtOnceWhileTheAgentIsAway() {
        List<Tenant> tenants = List.of(nicNode.tenant("web"), nicNode.tenant("cart"), nicNode.tenant("mail"));
        assertThatThrownBy(() -> nicNode.tenant("late")).hasMessageContaining("3");
        nicNode.kill("late");
        nicNode.stop();
        tenants.forEach(tenant -> nicNode.kill(tenant.name()));
        tenants.forEach(tenant -> nicNode.awaitFallen(tenant.mac()));
        nicNode.start();
    }
}
