package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport.Difference;
import io.enim.Cidr;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import io.enim.GcRequest;
import io.enim.HostLink;
import io.enim.InvalidRequestException;
import io.enim.LinkOptions;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An endpoint's link to its host, from its request to its end, and whatever is left of one without an endpoint. */
class HostLinkTest {
    private static final HostLink LINK = link("10.96.0.0/12", "fd00:96::/108");
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @RegisterExtension
    final TestNode node = new TestNode(2);

    private static HostLink link(String... services) {
        return new HostLink(List.of(services).stream().map(Cidr::parse).toList(), List.of());
    }

    private static AddRequest.Builder with(AddRequest.Builder request, HostLink link) {
        return request.link(LinkOptions.DEFAULT.withHostLink(link));
    }

    private Assignment add(EniManager manager, String name, HostLink link) {
        return manager.add(with(node.request(name), link).build());
    }

    private Set<MacAddress> linked() {
        return node.devices().hostLinks(TIMEOUT);
    }

    @Test
    void p3_itIsMadeCheckedRepairedKeptOverARestartAndEndsWithTheEndpoint() {
        EniManager manager = node.startWarm(2);
        Assignment web = add(manager, "web", LINK);
        assertThat(linked()).containsExactly(web.eni().mac());
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        node.devices().deleteHostLink(web.eni().mac());
        assertThat(manager.check(web.endpoint()).differences())
                .extracting(Difference::what)
                .containsExactly("host link");
        AddRequest again = with(
                        AddRequest.forEndpoint(web.endpoint())
                                .netns(web.sandbox().orElseThrow().path()),
                        LINK)
                .build();
        assertThat(manager.add(again)).isEqualTo(web);
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
        manager.close();
        EniManager next = node.start();
        assertThat(next.assignments()).containsExactly(web);
        assertThat(next.check(web.endpoint()).isOk()).isTrue();
        next.del(web.endpoint());
        assertThat(linked()).isEmpty();
    }

    @Test
    void withoutASandboxThereIsNone() {
        EniManager manager = node.startWarm(2);
        manager.add(with(AddRequest.forEndpoint(TestNode.endpoint("web")), LINK).build());
        assertThat(linked()).isEmpty();
    }

    @Test
    void p16_anAddThatFailsLeavesNone() {
        EniManager manager = node.startWarm(2);
        node.devices().faults().next("configure", Fault.AFTER);
        assertThatThrownBy(() -> add(manager, "web", LINK)).isInstanceOf(RuntimeException.class);
        assertThat(linked()).isEmpty();
        node.awaitFree(manager, 2);
    }

    @Test
    void whatContradictsTheEnisOwnRoutesIsRefused() {
        EniManager manager = node.startWarm(2);
        Eni eni = node.enis(EniState.READY).get(0);
        String subnet = eni.ipv4().orElseThrow().subnet().toString();
        assertThatThrownBy(() -> add(manager, "web", link(subnet)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(subnet)
                .hasMessageContaining("gateway");
        AddRequest.Builder both = with(node.request("both"), LINK).route(Route.to(Cidr.parse("10.96.0.0/12")));
        assertThatThrownBy(() -> manager.add(both.build()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("10.96.0.0/12");
        assertThat(linked()).isEmpty();
        node.awaitFree(manager, 2);
    }

    @Test
    void networksAreCheckedWhenTheyAreNamed() {
        assertThatThrownBy(() -> link("0.0.0.0/0")).hasMessageContaining("default route");
        assertThatThrownBy(() -> link("10.0.0.0/8", "10.96.0.0/12")).hasMessageContaining("overlaps 10.0.0.0/8");
        assertThatThrownBy(() -> link()).hasMessageContaining("1 to 64");
        assertThatThrownBy(() -> link("10.96.0.1/12")).hasMessageContaining("10.96.0.0/12");
    }

    private static List<Finding> orphans(GcReport report) {
        return report.findings(Kind.HOST_LINK_ORPHAN);
    }

    @Test
    void p5_oneThatNoEndpointHasIsCollected() {
        EniManager manager = node.startWarm(2);
        Assignment web = add(manager, "web", LINK);
        MacAddress free = node.enis(EniState.READY).get(0).mac();
        Path sandbox = web.sandbox().orElseThrow().path();
        node.devices().addHostLink(free, sandbox, LINK);
        assertThat(orphans(manager.gc(GcRequest.full().dryRun())))
                .singleElement()
                .returns(Outcome.DRY_RUN, Finding::outcome);
        assertThat(linked()).containsExactlyInAnyOrder(free, web.eni().mac());
        assertThat(orphans(manager.gc())).singleElement().returns(Outcome.DONE, Finding::outcome);
        assertThat(linked()).as("an endpoint's stays").containsExactly(web.eni().mac());
        assertThat(manager.check(web.endpoint()).isOk()).isTrue();
    }

    @Test
    void p9_oneOfAnEniThatThisNodeNeverHadIsLeftToItsOwner() {
        EniManager manager = node.startWarm(2);
        Assignment web = add(manager, "web", LINK);
        MacAddress foreign = MacAddress.parse("02:00:00:00:99:99");
        node.devices().addHostLink(foreign, web.sandbox().orElseThrow().path(), LINK);
        assertThat(orphans(manager.gc())).isEmpty();
        assertThat(linked()).contains(foreign);
    }
}
