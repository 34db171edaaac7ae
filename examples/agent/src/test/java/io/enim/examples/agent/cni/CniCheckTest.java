package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static io.enim.examples.agent.cni.CniTestBed.objects;
import static io.enim.examples.agent.cni.CniTestBed.prevResult;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.CheckReport.Difference;
import io.enim.examples.agent.testing.InMemoryManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CniCheckTest {
    private final CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(2));

    private CniTestBed.CniCall check(Map<String, Object> result) {
        return call("CHECK").config(config("1.0.0", prevResult(result)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.4.0", "1.0.0", "1.1.0"})
    void checkOfWhatWasSetUpPrintsNothing(String version) {
        Map<String, Object> result = bed.success(call("ADD").config(config(version)));
        bed.passes(call("CHECK").config(config(version, prevResult(result))));
    }

    @Test
    void checkNeedsPrevResult() {
        bed.success(call("ADD"));
        assertThat(bed.error(7, call("CHECK")).message()).contains("prevResult");
    }

    @Test
    void checkNeedsANetns() {
        Map<String, Object> result = bed.success(call("ADD"));
        bed.error(4, check(result).netns(""));
    }

    @Test
    void checkOfTheUnknownIsCode3() {
        Map<String, Object> result = bed.success(call("ADD"));
        bed.answer(call("DEL"));
        bed.error(3, check(result));
    }

    @Test
    void aDifferenceIsAnErrorThatSaysIt() {
        Map<String, Object> result = bed.success(call("ADD"));
        bed.manager.differ(new Difference("address", "10.0.0.11/24", "absent"));
        assertThat(bed.error(105, check(result)).details()).contains("address", "10.0.0.11/24", "absent");
    }

    @Test
    void aMacThatALaterPluginChangedIsNoProblem() {
        Map<String, Object> result = bed.success(call("ADD"));
        objects(result, "interfaces").get(0).put("mac", "02:AA:00:00:00:07");
        bed.manager.differ(new Difference("mac", "02:00:5e:00:53:01", "02:aa:00:00:00:07"));
        bed.passes(check(result));
    }

    @Test
    void aMacThatNoPluginAnnouncedIsAProblem() {
        Map<String, Object> result = bed.success(call("ADD"));
        bed.manager.differ(new Difference("mac", "02:00:5e:00:53:01", "02:aa:00:00:00:07"));
        bed.error(105, check(result));
    }

    @Test
    void aRouteThatALaterPluginTookOutIsNoProblem() {
        Map<String, Object> result = bed.success(call("ADD"));
        result.put("routes", List.of());
        bed.manager.differ(new Difference("route", "0.0.0.0/0 via 10.0.0.1", "absent"));
        bed.passes(check(result));
    }

    @Test
    void aRouteThatPrevResultListsAndThatIsMissingIsAProblem() {
        Map<String, Object> result = bed.success(call("ADD"));
        bed.manager.differ(new Difference("route", "0.0.0.0/0 via 10.0.0.1", "absent"));
        bed.error(105, check(result));
    }

    @Test
    void whatALaterPluginAddedAndAnnouncedIsNoProblem() {
        Map<String, Object> result = bed.success(call("ADD"));
        result.put("routes", List.of(Map.of("dst", "172.16.0.0/12", "gw", "10.0.0.9")));
        objects(result, "ips").add(Map.of("address", "2001:DB8:0::77/64"));
        bed.manager.differ(new Difference("unexpected route", "none", "172.16.0.0/12 via 10.0.0.9"));
        bed.passes(check(result));
        bed.manager.differ(new Difference("unexpected address", "none", "2001:db8::77/64"));
        bed.passes(check(result));
    }

    @Test
    void aSecondDefaultRouteThatNoPluginAnnouncedIsAProblem() {
        Map<String, Object> result = bed.success(call("ADD"));
        bed.manager.differ(new Difference("unexpected route", "none", "::/0 via fe80::bad"));
        bed.error(105, check(result));
    }

    @Test
    void anInterfaceThatPrevResultDoesNotListIsAProblem() {
        Map<String, Object> result = bed.success(call("ADD"));
        objects(result, "interfaces").get(0).put("name", "eth7");
        assertThat(bed.error(check(result)).details()).contains("prevResult.interfaces", "eth0");
    }

    @Test
    void addressesThatPrevResultListsDifferentlyAreAProblem() {
        Map<String, Object> result = bed.success(call("ADD"));
        objects(result, "ips").get(0).put("address", "10.0.0.99/24");
        assertThat(bed.error(check(result)).details()).contains("prevResult.ips", "10.0.0.99/24");
    }

    @Test
    void anAddressInAnotherSpellingIsTheSame() {
        Map<String, Object> result = bed.success(call("ADD"));
        objects(result, "ips").get(1).put("address", "2001:DB8::11/64");
        bed.passes(check(result));
    }

    @Test
    void addressesOfOtherInterfacesAreNotOurs() {
        Map<String, Object> result = bed.success(call("ADD"));
        objects(result, "interfaces").add(Map.of("name", "tun0", "sandbox", CniTestBed.NETNS));
        objects(result, "ips").add(Map.of("address", "172.16.0.1/24", "interface", 1));
        bed.passes(check(result));
    }

    @Test
    void checkChangesNothing() {
        Map<String, Object> result = bed.success(call("ADD"));
        bed.answer(check(result));
        assertThat(bed.manager.calls()).containsExactly("add shop/cart/c1/eth0", "check shop/cart/c1/eth0");
    }
}
