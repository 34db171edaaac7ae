package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Cidr;
import io.enim.HostLink;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.testing.InMemoryManager;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The host link of a pod: the agent's, or what its network configuration says. */
class CniHostLinkTest {
    private static final HostLink OF_NODE =
            new HostLink(List.of(Cidr.parse("10.96.0.0/12")), List.of(Cidr.parse("10.0.0.5/32")));

    private final CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(2), Optional.of(OF_NODE));

    private Optional<HostLink> added(String... more) {
        bed.success(call("ADD").config(config("1.0.0", more)));
        return bed.manager.assignments().get(0).link().hostLink();
    }

    @Test
    void aPodGetsTheAgents() {
        assertThat(added()).contains(OF_NODE);
    }

    @Test
    void aConfigurationsStandsInPlaceOfTheAgents() {
        assertThat(added("\"hostLink\":{\"serviceCidrs\":[\"10.32.0.0/16\"],\"nodeCidrs\":[\"fd00::5/128\"]}"))
                .contains(new HostLink(List.of(Cidr.parse("10.32.0.0/16")), List.of(Cidr.parse("fd00::5/128"))));
    }

    @Test
    void anEmptyOneTurnsItOff() {
        assertThat(added("\"hostLink\":{}")).isEmpty();
    }

    @Test
    void anInterfaceWithoutDefaultRouteGetsNoneUnlessItsConfigurationSaysSo() {
        assertThat(added("\"defaultRoute\":false")).isEmpty();
    }

    @Test
    void anInterfaceWithoutDefaultRouteGetsItsOwn() {
        assertThat(added("\"defaultRoute\":false,\"hostLink\":{\"nodeCidrs\":[\"10.0.0.9/32\"]}"))
                .contains(new HostLink(List.of(), List.of(Cidr.parse("10.0.0.9/32"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"hostLink\":true",
                "\"hostLink\":{\"services\":[]}",
                "\"hostLink\":{\"serviceCidrs\":\"10.96.0.0/12\"}",
                "\"hostLink\":{\"serviceCidrs\":[\"10.96.0.1/12\"]}",
                "\"hostLink\":{\"nodeCidrs\":[\"0.0.0.0/0\"]}"
            })
    void aBadOneIsRefusedByItsName(String hostLink) {
        CniResponse refused = bed.answer(call("ADD").config(config("1.0.0", hostLink)));
        assertThat(refused.code()).isEqualTo(7);
        assertThat(refused.output()).contains("hostLink");
        assertThat(bed.manager.assignments()).isEmpty();
    }
}
