package io.enim.systemtests.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.spi.Device;
import io.enim.systemtests.vm.NicNode.Tenant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Lives and deaths on NICs that no tenant can delete: when a namespace ends, its NIC is back in the machine's first one,
 * down, under the name and with all else the tenant gave it.
 */
class CloudNicIT extends NicLifecycle {
    private static final MacAddress STRANGE = MacAddress.parse("02:00:00:de:ad:01");

    private void end(Tenant tenant) {
        node.manager.del(tenant.endpoint());
    }

    /** Ends the tenant's namespace and lets the collector find out. */
    private void die(Tenant tenant) {
        node.kill(tenant.name());
        node.awaitFallen(tenant.mac());
        node.manager.gc();
    }

    /** The same while no manager runs, which would mend the device at once. */
    private Device dieUnseen(Tenant tenant) {
        node.stop();
        node.kill(tenant.name());
        return node.awaitFallen(tenant.mac());
    }

    /** One tenant does this and goes by DEL, and another does it and dies; what has this name is gone from the first. */
    private void endOneAndLetAnotherDie(String gone, Consumer<TestbedNamespace> deed) {
        Tenant web = node.tenant("web");
        deed.accept(web.sandbox());
        end(web);
        assertThat(web.sandbox().device(gone)).isEmpty();
        Tenant cart = node.tenant("cart");
        deed.accept(cart.sandbox());
        die(cart);
    }

    private static void rename(TestbedNamespace sandbox, String to) {
        sandbox.setDown("eth0");
        sandbox.rename("eth0", to);
    }

    private static void disfigure(TestbedNamespace sandbox) {
        rename(sandbox, "net7");
        sandbox.setMac("net7", STRANGE);
        sandbox.setMtu("net7", 1280);
        sandbox.setGroup("net7", 7);
        sandbox.addAlternativeName("net7", "evil");
    }

    @Test
    void tenantsReachEachOtherThroughTheirNics() {
        Tenant web = node.tenant("web");
        Tenant cart = node.tenant("cart");
        assertThat(NicNode.reaches(web, cart)).isTrue();
        assertThat(node.differences(web)).isEmpty();
        end(web);
        assertThat(NicNode.reaches(cart, web)).isFalse();
        end(cart);
    }

    @Test
    void f21_aDeadNamespacesDeviceIsOnTheHostUnderTheTenantsNameAndRepaired() {
        Tenant web = node.tenant("web");
        disfigure(web.sandbox());
        web.sandbox().setTxQueueLength("net7", 55);
        web.sandbox().setAlias("net7", "cid=abc");
        web.sandbox().setUp("net7");
        Device fallen = dieUnseen(web);
        assertThat(fallen.name()).isEqualTo("net7");
        assertThat(fallen.mac()).isEqualTo(STRANGE);
        assertThat(fallen.mtu()).isEqualTo(1280);
        assertThat(fallen.altNames()).containsExactly("evil");
        assertThat(fallen.alias()).contains("cid=abc");
        assertThat(fallen.up()).isFalse();
        node.start();
    }

    @Test
    void p13_theSameIsRepairedWhenTheTenantGoesByDel() {
        Tenant web = node.tenant("web");
        disfigure(web.sandbox());
        end(web);
    }

    @Test
    void f21_aNameThatIsTakenOnTheHostMakesItDevN() {
        Tenant web = node.tenant("web");
        rename(web.sandbox(), node.host.devices().get(0).name());
        assertThat(dieUnseen(web).name()).startsWith("dev");
        node.start();
    }

    @Test
    void f21_itsOwnNameIsTakenByAnotherWhenItFallsBack() {
        Tenant web = node.tenant("web");
        String own = node.fresh.get(web.mac()).name();
        node.host.addBridge(own);
        die(web);
        node.awaitReady(3);
        assertThat(node.onHost(web.mac()).orElseThrow().name())
                .isEqualTo("eni" + web.mac().toString().replace(":", ""));
        node.host.deleteDevice(own);
        node.manager.gc();
    }

    @Test
    void p13_aBridgePortReturnsToTheHostFree() {
        endOneAndLetAnotherDie("eth0", sandbox -> {
            sandbox.addBridge("br0");
            sandbox.attach("eth0", "br0");
        });
    }

    @Test
    void f20_aMacvlanOnTopIsNotTakenForTheDevice() {
        endOneAndLetAnotherDie("mv0", sandbox -> sandbox.addMacvlan("mv0", "eth0"));
    }

    @Test
    void f20_aVlanOnTopIsNotTakenForTheDevice() {
        endOneAndLetAnotherDie("eth0.5", sandbox -> sandbox.addVlan("eth0.5", "eth0", 5));
    }

    @Test
    void f21_movedOnIntoANestedNamespaceThatLivesIsFound() {
        Tenant web = node.tenant("web");
        TestbedNamespace nested = node.namespace("nested");
        web.sandbox().moveTo(nested, "eth0");
        end(web);
        assertThat(nested.devices()).isEmpty();
    }

    @Test
    void f21_movedOnIntoANestedNamespaceThatDiesFallsBackToTheHost() {
        Tenant web = node.tenant("web");
        web.sandbox().moveTo(node.namespace("nested"), "eth0");
        node.kill("nested");
        node.awaitFallen(web.mac());
        assertThat(web.sandbox().devices()).isEmpty();
        end(web);
    }

    /** It is up, where a machine can take out what is; elsewhere the tenant has taken it down before. */
    @Test
    void p2_takenOutWhileInUseIsQuarantinedUntilItIsSeenAgain() {
        Tenant web = node.tenant("web");
        if (NicNode.takesOutWhatIsUp()) {
            assertThat(web.sandbox().devices()).allMatch(Device::up);
        } else {
            web.sandbox().setDown("eth0");
        }
        assertThat(NicNode.plug("unplug", web.mac())).isTrue();
        assertThat(web.sandbox().devices()).isEmpty();
        assertThat(node.differences(web)).contains("device");
        end(web);
        assertThat(node.manager.enis())
                .filteredOn(eni -> eni.mac().equals(web.mac()))
                .singleElement()
                .satisfies(eni -> assertThat(eni.state()).isEqualTo(EniState.QUARANTINED));
        node.manager.gc();
        assertThat(node.manager.enis()).anyMatch(eni -> eni.state() == EniState.QUARANTINED);
        assertThat(NicNode.plug("plug", web.mac())).isTrue();
        node.awaitFallen(web.mac());
        node.manager.gc();
    }

    @Test
    void p5_everyNamespaceDiesAtOnceWhileTheAgentIsAway() {
        List<Tenant> tenants = List.of(node.tenant("web"), node.tenant("cart"), node.tenant("mail"));
        assertThatThrownBy(() -> node.tenant("late")).hasMessageContaining("3");
        node.kill("late");
        node.stop();
        tenants.forEach(tenant -> node.kill(tenant.name()));
        tenants.forEach(tenant -> node.awaitFallen(tenant.mac()));
        node.start();
    }
}
