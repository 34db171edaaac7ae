package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static io.enim.examples.agent.cni.CniTestBed.nodeCall;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.Health;
import io.enim.Health.Status;
import io.enim.examples.agent.testing.InMemoryManager;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** GC, STATUS and VERSION. */
class CniGcStatusTest {
    private final CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(4));

    private static CniTestBed.CniCall gc(String attachments) {
        return nodeCall("GC").config(config("1.1.0", "\"cni.dev/valid-attachments\":" + attachments));
    }

    private void add(String container) {
        bed.success(call("ADD").container(container).args("").config(config("1.1.0")));
    }

    @Test
    void gcTakesBackWhatIsNotListed() {
        add("c1");
        add("c2");
        bed.passes(gc("[{\"containerID\":\"c2\",\"ifname\":\"eth0\"}]"));
        assertThat(holders()).containsExactly("default/c2/c2/eth0");
    }

    @Test
    void gcTellsInterfacesOfOneContainerApart() {
        add("c1");
        bed.success(call("ADD").args("").ifname("net1").config(config("1.1.0")));
        bed.answer(gc("[{\"containerID\":\"c1\",\"ifname\":\"net1\"}]"));
        assertThat(holders()).containsExactly("default/c1/c1/net1");
    }

    @Test
    void gcWithAnEmptyListTakesBackAllOfTheNetwork() {
        add("c1");
        bed.answer(gc("[]"));
        assertThat(holders()).isEmpty();
        add("c1");
        bed.answer(gc("null"));
        assertThat(holders()).isEmpty();
    }

    @Test
    void gcWithoutAListIsCode7AndDoesNothing() {
        add("c1");
        bed.error(7, gc("[]").config(config("1.1.0")));
        assertThat(holders()).hasSize(1);
        assertThat(bed.manager.lastGc()).isEmpty();
    }

    @Test
    void gcOfOneNetworkLeavesTheOthers() {
        add("c1");
        bed.success(call("ADD").container("c2").args("").config(config("1.1.0").replace("pods", "storage")));
        bed.answer(gc("[]"));
        assertThat(holders()).containsExactly("default/c2/c2/eth0");
    }

    @Test
    void gcLeavesWhatWasNotAttachedThroughCni() {
        bed.manager.add(AddRequest.forEndpoint(Endpoint.of("ops", "by-hand")).build());
        bed.answer(gc("[]"));
        assertThat(holders()).containsExactly("ops/by-hand/eth0");
    }

    @Test
    void gcRemembersNetworksAcrossAgents() {
        add("c1");
        CniTestBed next = new CniTestBed(bed.manager);
        next.answer(gc("[]"));
        assertThat(holders()).isEmpty();
    }

    @Test
    void gcLeavesWhatWasAddedAfterItsList() {
        add("c1");
        List<Assignment> before = bed.manager.assignments();
        bed.answer(gc("[]"));
        assertThat(bed.manager.lastGc().orElseThrow().among()).contains(Set.copyOf(before));
    }

    @Test
    void gcReportsWhatCouldNotBeMended() {
        add("c1");
        bed.manager.failGcFindings();
        assertThat(bed.error(11, gc("[]")).details()).contains("default/c1/c1/eth0");
    }

    @Test
    void gcOfOtherWordsThanObjectsIsCode7() {
        add("c1");
        bed.error(7, gc("[\"c1\"]"));
        bed.error(7, gc("{}"));
        assertThat(holders()).hasSize(1);
    }

    @Test
    void statusOfAHealthyNodePrintsNothing() {
        bed.passes(nodeCall("STATUS"));
    }

    @Test
    void statusOfADegradedNodeSucceedsSinceItServes() {
        bed.manager.setHealth(new Health(Status.DEGRADED, List.of("one ENI is in quarantine")));
        bed.passes(nodeCall("STATUS"));
    }

    @Test
    void statusOfAFullNodeSucceeds() {
        add("c1");
        add("c2");
        add("c3");
        add("c4");
        bed.error(11, call("ADD").container("late").args("").config(config("1.1.0")));
        String full = "this node is full: endpoints hold all 4 ENIs that it may have";
        bed.manager.setHealth(new Health(Status.HEALTHY, List.of(full)));
        bed.passes(nodeCall("STATUS"));
        String cannotGrow = "no ENI is free now: {IN_USE=4}, and none is on its way";
        bed.manager.setHealth(new Health(Status.DEGRADED, List.of(cannotGrow)));
        bed.passes(nodeCall("STATUS"));
    }

    @Test
    void statusIsCode50WhenNoAddCanBeServed() {
        add("c1");
        bed.manager.setHealth(new Health(Status.UNAVAILABLE, List.of("no ENI is free")));
        assertThat(bed.error(50, nodeCall("STATUS")).details()).contains("no ENI is free");
    }

    @Test
    void statusIsCode51WhenEndpointsMayHaveLostTheirEni() {
        add("c1");
        bed.manager.setHealth(new Health(Status.UNAVAILABLE, List.of("the instance has no ENI")));
        bed.manager.loseEnis();
        assertThat(bed.error(51, nodeCall("STATUS")).details()).contains("default/c1/c1/eth0", "eni-1");
    }

    @Test
    void otherCallsAreServedWhateverStatusSays() {
        bed.manager.setHealth(new Health(Status.UNAVAILABLE, List.of("the cloud does not answer")));
        bed.error(nodeCall("STATUS"));
        add("c1");
        bed.passes(call("DEL"));
    }

    @Test
    void versionRepeatsTheInputAndListsTheSupported() {
        assertThat(bed.success(call("VERSION").config("{\"cniVersion\":\"0.2.0\"}")))
                .containsEntry("cniVersion", "0.2.0")
                .containsEntry("supportedVersions", List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0"));
        assertThat(bed.manager.calls()).isEmpty();
    }

    @Test
    void versionNeedsNothingElse() {
        assertThat(bed.success(nodeCall("VERSION").config(""))).containsEntry("cniVersion", "1.1.0");
    }

    private List<String> holders() {
        return bed.manager.assignments().stream()
                .map(assignment -> assignment.endpoint().toString())
                .toList();
    }
}
