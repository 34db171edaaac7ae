package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.POD;
import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static io.enim.examples.agent.cni.CniTestBed.objects;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.EniWish;
import io.enim.examples.agent.cni.CniTestBed.CniCall;
import io.enim.examples.agent.testing.InMemoryManager;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that ask for an address or a MAC: the ENI that has it, whichever way they ask. */
class CniWishTest {
    private final CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(3));

    private static CniCall add(String config, String args) {
        return call("ADD")
                .config(config.isEmpty() ? config("1.0.0") : config("1.0.0", config))
                .args(args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "\"runtimeConfig\":{\"ips\":[\"10.0.0.13\"]} | ''",
                "\"runtimeConfig\":{\"ips\":[\"10.0.0.13/24\",\"2001:db8::13/64\"]} | ''",
                "\"runtimeConfig\":{\"mac\":\"02:00:5E:00:53:03\"} | ''",
                "\"args\":{\"cni\":{\"ips\":[\"2001:db8::13\"]}} | ''",
                "\"args\":{\"cni\":{\"mac\":\"02:00:5e:00:53:03\"}} | ''",
                "'' | IgnoreUnknown=1;IP=10.0.0.13",
                "'' | IP=2001:db8:0:0::13;MAC=02:00:5e:00:53:03",
                "\"runtimeConfig\":{\"ips\":[\"10.0.0.13\"],\"mac\":\"\"} | IP=10.0.0.13/24;MAC=02:00:5e:00:53:03"
            })
    void theEniThatHasWhatIsAskedForIsRequired(String config, String args) {
        Map<String, Object> result = bed.success(add(config, args));
        assertThat(objects(result, "ips").get(0)).containsEntry("address", "10.0.0.13/24");
        assertThat(bed.manager.lastAdd().orElseThrow().wish().isRequired()).isTrue();
    }

    /** As podman's network reload: DEL, then ADD with the container's own addresses, without a capability for them. */
    @Test
    void aContainerThatIsReloadedHasItsAddressesAgain() {
        Map<String, Object> before = bed.success(add("", POD).container("c1"));
        bed.success(add("", "").container("c2"));
        bed.passes(call("DEL"));
        String ips = "\"runtimeConfig\":{\"ips\":[\"10.0.0.11\",\"2001:db8::11\"]}";
        assertThat(bed.success(add(ips, POD))).isEqualTo(before);
    }

    @Test
    void oneThatIsHeldIsCode11AndItsHolderIsNamed() {
        bed.success(add("", POD));
        assertThat(bed.error(11, add("", "IP=10.0.0.11").container("c2")).message())
                .contains("eni-1", "shop/cart/c1/eth0");
        assertThat(bed.manager.assignments()).extracting(Assignment::endpoint).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "'' | IP=10.0.0.99 | 7 | no ENI of this node fits",
                "'' | IP=10.0.0.11;MAC=02:00:5e:00:53:02 | 7 | no ENI of this node fits",
                "'' | IP=10.0.0.0/8/9 | 7 | 10.0.0.0",
                "'' | IP=example.com | 4 | example.com",
                "'' | MAC=eth0 | 4 | eth0",
                "'' | MAC=01:00:5e:00:00:01 | 4 | group bit",
                "\"runtimeConfig\":{\"ips\":[\"10.0.0.11\",\"10.0.0.12\"]} | '' | 7 | 10.0.0.11, 10.0.0.12",
                "\"runtimeConfig\":{\"ips\":[\"10.0.0.11\"]} | IP=10.0.0.12 | 4 | 10.0.0.11, 10.0.0.12",
                "\"runtimeConfig\":{\"ips\":\"10.0.0.11\"} | '' | 7 | runtimeConfig.ips",
                "\"runtimeConfig\":{\"mac\":\"x\"} | '' | 7 | runtimeConfig.mac",
                "\"args\":{\"cni\":{\"ips\":[7]}} | '' | 7 | args.cni.ips"
            })
    void whatNoEniHasOrCannotBeReadIsAnErrorAndNothingIsHeld(String config, String args, int code, String named) {
        assertThat(bed.error(code, add(config, args)).message()).contains(named);
        assertThat(bed.manager.assignments()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"runtimeConfig\":{\"ips\":[],\"mac\":null}", "\"args\":{\"cni\":{}}", "\"args\":{}"})
    void whereNothingIsAskedForAnyEniWillDo(String config) {
        bed.success(add(config, "IgnoreUnknown=1;IP="));
        assertThat(bed.manager.lastAdd().orElseThrow().wish()).isEqualTo(EniWish.NONE);
    }

    @Test
    void delReadsNoneOfIt() {
        bed.success(add("", POD));
        bed.passes(call("DEL").config(config("1.0.0", "\"runtimeConfig\":{\"ips\":[\"x\"]}")));
        assertThat(bed.manager.assignments()).isEmpty();
    }
}
