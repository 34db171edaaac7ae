package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.NETNS;
import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static io.enim.examples.agent.cni.CniTestBed.objects;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AddRequest.WhenEmpty;
import io.enim.Cidr;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.FatalProviderException;
import io.enim.InvalidRequestException;
import io.enim.LedgerException;
import io.enim.NoEniAvailableException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.Route;
import io.enim.SupersededException;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.testing.InMemoryManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniAddTest {
    private final CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(2));

    @ParameterizedTest
    @ValueSource(strings = {"0.3.1", "0.4.0"})
    void resultUntil040SaysTheFamilyOfEachAddress(String version) {
        Map<String, Object> result = bed.success(call("ADD").config(config(version)));
        assertThat(result).containsEntry("cniVersion", version);
        assertThat(objects(result, "interfaces"))
                .containsExactly(Map.of("name", "eth0", "mac", "02:00:5e:00:53:01", "sandbox", NETNS));
        assertThat(objects(result, "ips"))
                .containsExactly(
                        Map.of("version", "4", "address", "10.0.0.11/24", "gateway", "10.0.0.1", "interface", 0),
                        Map.of("version", "6", "address", "2001:db8::11/64", "gateway", "2001:db8::1", "interface", 0));
    }

    @Test
    void resultOf100HasNoFamily() {
        Map<String, Object> result = bed.success(call("ADD").config(config("1.0.0")));
        assertThat(objects(result, "ips").get(0))
                .isEqualTo(Map.of("address", "10.0.0.11/24", "gateway", "10.0.0.1", "interface", 0));
        assertThat(objects(result, "interfaces").get(0)).doesNotContainKey("mtu");
    }

    @Test
    void resultOf110HasTheMtu() {
        Map<String, Object> result = bed.success(call("ADD").config(config("1.1.0")));
        assertThat(result).containsEntry("cniVersion", "1.1.0");
        assertThat(objects(result, "interfaces").get(0)).containsEntry("mtu", 8950);
        assertThat(objects(result, "ips").get(0)).doesNotContainKey("version");
    }

    @Test
    void theMtuOfTheConfigurationIsInTheResultAndADefaultRouteCanBeLeftOut() {
        Map<String, Object> result =
                bed.success(call("ADD").config(config("1.1.0", "\"mtu\":1400,\"defaultRoute\":false")));
        assertThat(objects(result, "interfaces").get(0)).containsEntry("mtu", 1400);
        assertThat(objects(result, "routes")).isEmpty();
    }

    @Test
    void sandboxIsTheNetnsAsItWasPassed() {
        Map<String, Object> result = bed.success(call("ADD").netns("/proc/42/ns/net"));
        assertThat(objects(result, "interfaces").get(0)).containsEntry("sandbox", "/proc/42/ns/net");
    }

    @Test
    void p10_defaultRoutesAreOfTheFamiliesTheEniHas() {
        assertThat(objects(bed.success(call("ADD")), "routes"))
                .containsExactly(
                        Map.of("dst", "0.0.0.0/0", "gw", "10.0.0.1"), Map.of("dst", "::/0", "gw", "2001:db8::1"));
        CniTestBed four = new CniTestBed(InMemoryManager.ipv4Only());
        assertThat(objects(four.success(call("ADD")), "routes"))
                .containsExactly(Map.of("dst", "0.0.0.0/0", "gw", "10.0.0.1"));
        assertThat(objects(four.success(call("ADD")), "ips")).hasSize(1);
        CniTestBed six = new CniTestBed(InMemoryManager.ipv6Only());
        assertThat(objects(six.success(call("ADD")), "routes"))
                .containsExactly(Map.of("dst", "::/0", "gw", "2001:db8::1"));
    }

    @Test
    void ipamRoutesAreAskedForAndAnswered() {
        String ipam = "\"ipam\":{\"routes\":[{\"dst\":\"192.168.0.0/16\"},"
                + "{\"dst\":\"0.0.0.0/0\",\"gw\":\"10.0.0.254\"},{\"dst\":\"fd00::/8\",\"gw\":\"2001:db8::9\"}]}";
        Map<String, Object> result = bed.success(call("ADD").config(config("1.0.0", ipam)));
        assertThat(bed.manager.lastAdd().orElseThrow().routes())
                .containsExactly(
                        Route.to(Cidr.parse("192.168.0.0/16")),
                        Route.via(Cidr.parse("0.0.0.0/0"), Cidr.parseAddress("10.0.0.254")),
                        Route.via(Cidr.parse("fd00::/8"), Cidr.parseAddress("2001:db8::9")));
        assertThat(objects(result, "routes"))
                .containsExactly(
                        Map.of("dst", "192.168.0.0/16", "gw", "10.0.0.1"),
                        Map.of("dst", "0.0.0.0/0", "gw", "10.0.0.254"),
                        Map.of("dst", "fd00::/8", "gw", "2001:db8::9"),
                        Map.of("dst", "::/0", "gw", "2001:db8::1"));
    }

    @Test
    void dnsOfTheConfigurationIsAnswered() {
        String dns = "\"dns\":{\"nameservers\":[\"10.0.0.2\"],\"domain\":\"local\",\"search\":[\"a\",\"b\"],"
                + "\"options\":[\"ndots:5\"]}";
        Map<String, Object> answered = new HashMap<>(Map.of("nameservers", List.of("10.0.0.2"), "domain", "local"));
        answered.putAll(Map.of("search", List.of("a", "b"), "options", List.of("ndots:5")));
        assertThat(bed.success(call("ADD").config(config("1.0.0", dns)))).containsEntry("dns", answered);
        assertThat(bed.success(call("ADD"))).doesNotContainKey("dns");
    }

    @Test
    void prevResultOfAnEarlierPluginIsPassedOnAndOursIsAppended() {
        String before =
                "\"prevResult\":{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"lo\",\"sandbox\":\"/x\"}],"
                        + "\"ips\":[{\"address\":\"127.0.0.1/8\",\"interface\":0}],\"routes\":[{\"dst\":\"10.9.0.0/16\"}],"
                        + "\"dns\":{\"nameservers\":[\"9.9.9.9\"]}}";
        Map<String, Object> result = bed.success(call("ADD").config(config("1.0.0", before)));
        assertThat(objects(result, "interfaces")).hasSize(2);
        assertThat(objects(result, "interfaces").get(0)).containsEntry("name", "lo");
        assertThat(objects(result, "ips").get(0))
                .containsEntry("address", "127.0.0.1/8")
                .containsEntry("interface", 0);
        assertThat(objects(result, "ips").get(1))
                .containsEntry("address", "10.0.0.11/24")
                .containsEntry("interface", 1);
        assertThat(objects(result, "routes").get(0)).containsEntry("dst", "10.9.0.0/16");
        assertThat(result).containsEntry("dns", Map.of("nameservers", List.of("9.9.9.9")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=cart;K8S_POD_INFRA_CONTAINER_ID=c1",
                "K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_NAME=cart;IgnoreUnknown=1;K8S_POD_NAMESPACE=shop",
                "K8S_POD_UID=4711;K8S_POD_NAME=cart;Whatever=;K8S_POD_NAMESPACE=shop;"
            })
    void argsNameTheEndpointInAnyOrder(String args) {
        bed.success(call("ADD").args(args));
        assertThat(endpoint()).isEqualTo(Endpoint.of("shop", "cart", "c1"));
    }

    @Test
    void withoutArgsTheContainerIdNamesTheEndpoint() {
        bed.success(call("ADD").args("").ifname("net1"));
        assertThat(endpoint()).hasToString("default/c1/c1/net1");
    }

    @Test
    void aPodNameWithoutNamespaceIsInDefault() {
        bed.success(call("ADD").args("IgnoreUnknown=1;K8S_POD_NAME=my_container"));
        assertThat(endpoint()).isEqualTo(Endpoint.of("default", "my_container", "c1"));
    }

    @Test
    void p3_addAgainAnswersTheSame() {
        CniResponse first = bed.answer(call("ADD"));
        assertThat(bed.answer(call("ADD"))).isEqualTo(first);
        assertThat(bed.manager.assignments()).hasSize(1);
    }

    @Test
    void p1_oneAttachmentNeverHoldsTwoEnisWhateverItsNames() {
        bed.success(call("ADD"));
        bed.success(call("ADD").args("K8S_POD_NAMESPACE=shop;K8S_POD_NAME=renamed"));
        assertThat(bed.manager.assignments()).hasSize(1);
    }

    @Test
    void oneContainerHasAsManyAttachmentsAsInterfaces() {
        bed.success(call("ADD"));
        bed.success(call("ADD").ifname("net1"));
        assertThat(bed.manager.assignments()).hasSize(2);
    }

    @Test
    void anEmptyPoolIsCode11AndSaysWhatExists() {
        bed.success(call("ADD"));
        bed.success(call("ADD").container("c2").args(""));
        assertThat(bed.error(11, call("ADD").container("c3").args("")).message())
                .contains("of 2", "2 IN_USE");
    }

    @Test
    void anAddWaitsForAnEniUnlessTheConfigurationSaysOtherwise() {
        bed.success(call("ADD"));
        assertThat(bed.manager.lastAdd().orElseThrow().whenEmpty()).isEqualTo(WhenEmpty.WAIT);
        bed.success(call("ADD").config(config("1.0.0", "\"whenEmpty\":\"fail\"")));
        assertThat(bed.manager.lastAdd().orElseThrow().whenEmpty()).isEqualTo(WhenEmpty.FAIL);
    }

    @Test
    void p8_thePluginsPatienceIsTheAddsLessTheWayOfTheAnswer() {
        for (long seconds : new long[] {10, 60, 300}) {
            bed.service.answer(call("ADD").request(Optional.of(Duration.ofSeconds(seconds))));
            assertThat(bed.manager.lastAdd().orElseThrow().timeout()).contains(Duration.ofSeconds(seconds - 2));
        }
        bed.service.answer(call("ADD").request(Optional.empty()));
        assertThat(bed.manager.lastAdd().orElseThrow().timeout())
                .as("of a caller that says none")
                .contains(Duration.ofSeconds(30));
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(new InvalidRequestException("netns", "/x", "it is no network namespace"), 4, "CNI_NETNS"),
                Arguments.of(
                        new InvalidRequestException("route", "10.0.0.0/8", "no address of that family"), 7, "route"),
                Arguments.of(new LedgerException("write", Path.of("/run/enim/x"), "disk full", null), 5, "disk full"),
                Arguments.of(new DeviceException(DeviceException.Kind.TIMEOUT, "move", "eth1", "slow"), 11, "move"),
                Arguments.of(
                        new DeviceException(DeviceException.Kind.NAME_TAKEN, "move", "eth1", "taken"), 103, "taken"),
                Arguments.of(new RetryableProviderException(Refusal.THROTTLED, "429", "slow down"), 11, "slow down"),
                Arguments.of(new FatalProviderException(Refusal.NOT_PERMITTED, "403", "no"), 104, "no"),
                Arguments.of(new SupersededException("a DEL came"), 102, "DEL"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void errorsOfTheManagerHaveTheSpecificationsCodes(EniException error, int code, String named) {
        bed.manager.failWith(error);
        assertThat(bed.error(code, call("ADD")).message()).contains(named);
    }

    /** The runtime names it in front of the error, and the log line before the message. */
    @Test
    void theMessageDoesNotNameTheContainerAgain() {
        Endpoint cart = Endpoint.of("shop", "cart", "c1");
        bed.manager.failWith(new NoEniAvailableException(cart, Map.of(), Duration.ofSeconds(1)));
        assertThat(bed.error(11, call("ADD")).message()).startsWith("allocate an ENI for shop/cart/eth0: none is free");
    }

    private Endpoint endpoint() {
        return bed.manager.assignments().get(0).endpoint();
    }
}
