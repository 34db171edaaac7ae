package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.objects;
import static io.enim.examples.agent.cni.CniTestBed.prevResult;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.testing.InMemoryManager;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Called as {@code ipam.type} under another plugin, which moves the device itself. */
class CniIpamTest {
    private static final String CONFIG =
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"}%s}";

    private final CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(2));

    private static CniTestBed.CniCall as(String command, String more) {
        return call(command).config(CONFIG.formatted(more));
    }

    @Test
    void theResultHasNoInterfacesAndNoIndex() {
        Map<String, Object> result = bed.success(as("ADD", ""));
        assertThat(result).doesNotContainKey("interfaces");
        assertThat(objects(result, "ips"))
                .hasSize(2)
                .allSatisfy(ip -> assertThat(ip).doesNotContainKey("interface"));
        assertThat(objects(result, "routes")).hasSize(2);
    }

    @Test
    void onlyAnAssignmentIsMade() {
        bed.success(as("ADD", ""));
        assertThat(bed.manager.lastAdd().orElseThrow().netns()).isEmpty();
    }

    @Test
    void delAndGcGiveItBack() {
        bed.success(as("ADD", ""));
        bed.passes(as("DEL", ""));
        assertThat(bed.manager.assignments()).isEmpty();

        bed.success(as("ADD", ""));
        CniTestBed.CniCall gc = as("GC", ",\"cni.dev/valid-attachments\":[]");
        bed.passes(gc.config(gc.config().replace("1.0.0", "1.1.0")));
        assertThat(bed.manager.assignments()).isEmpty();
    }

    @Test
    void checkComparesAddressesAndLeavesTheDeviceToTheOtherPlugin() {
        Map<String, Object> result = bed.success(as("ADD", ""));
        bed.passes(as("CHECK", "," + prevResult(result)));
        objects(result, "ips").get(0).put("address", "10.0.0.99/24");
        bed.error(105, as("CHECK", "," + prevResult(result)));
        assertThat(bed.manager.calls()).noneMatch(each -> each.startsWith("check"));
    }

    @Test
    void theEniWhoseMacTheOtherPluginNamesIsAssigned() {
        assertThat(bed.error(7, as("ADD", ",\"hwaddr\":\"02:00:5e:00:53:99\"")).message())
                .contains("02:00:5e:00:53:99", "no ENI of this node fits");
        assertThat(bed.manager.assignments()).isEmpty();
        bed.success(as("ADD", ",\"hwaddr\":\"02:00:5E:00:53:02\""));
        assertThat(bed.manager.assignments())
                .singleElement()
                .satisfies(held -> assertThat(held.eni().id()).isEqualTo("eni-2"));
        assertThat(bed.error(
                                11,
                                as("ADD", ",\"hwaddr\":\"02:00:5e:00:53:02\"")
                                        .container("c2")
                                        .args(""))
                        .message())
                .contains("eni-2", "IN_USE by shop/cart/c1/eth0");
    }

    @Test
    void anotherDeviceThanTheAssignedEnisIsRefusedAndTheEniGivenBack() {
        assertThat(bed.error(103, as("ADD", ",\"device\":\"ens9\"")).message()).contains("ens9", "ens0");
        assertThat(bed.manager.assignments()).isEmpty();
        bed.success(as("ADD", ",\"device\":\"ens0\""));
    }
}
