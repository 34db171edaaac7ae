package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AddRequest.WhenEmpty;
import io.enim.Cidr;
import io.enim.EniWish;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.examples.agent.testing.InMemoryManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod's own options, as containerd passes its annotations. */
class CniAnnotationsTest {
    private final CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(2));

    private static CniTestBed.CniCall add(String annotations, String... more) {
        String passed = "\"runtimeConfig\":{\"io.kubernetes.cri.pod-annotations\":{" + annotations + "}}";
        return call("ADD").config(config("1.0.0", more.length == 0 ? passed : passed + "," + String.join(",", more)));
    }

    @Test
    void aPodMayWaitForAnEniWhateverTheConfigurationSays() {
        bed.success(add("\"enim.io/when-empty\":\"wait\"", "\"whenEmpty\":\"fail\""));
        assertThat(bed.manager.lastAdd().orElseThrow().whenEmpty()).isEqualTo(WhenEmpty.WAIT);
        bed.success(add("\"enim.io/when-empty\":\"fail\"", "\"whenEmpty\":\"wait\""));
        assertThat(bed.manager.lastAdd().orElseThrow().whenEmpty()).isEqualTo(WhenEmpty.FAIL);
    }

    @Test
    void aPodsRoutesComeAfterThoseOfTheConfiguration() {
        bed.success(add(
                "\"enim.io/routes\":\"192.168.0.0/16, 172.16.0.0/12 via 10.0.0.254,fd00::/8\"",
                "\"ipam\":{\"routes\":[{\"dst\":\"10.9.0.0/16\"}]}"));
        assertThat(bed.manager.lastAdd().orElseThrow().routes())
                .containsExactly(
                        Route.to(Cidr.parse("10.9.0.0/16")),
                        Route.to(Cidr.parse("192.168.0.0/16")),
                        Route.via(Cidr.parse("172.16.0.0/12"), Cidr.parseAddress("10.0.0.254")),
                        Route.to(Cidr.parse("fd00::/8")));
    }

    @Test
    void aPodMayRequireOrPreferAnEni() {
        bed.success(add("\"enim.io/require\":\"10.0.0.12, 02:00:5e:00:53:02,eni-2\""));
        assertThat(bed.manager.lastAdd().orElseThrow().wish())
                .isEqualTo(EniWish.required()
                        .withAddress(Cidr.parseAddress("10.0.0.12"))
                        .withMac(MacAddress.parse("02:00:5e:00:53:02"))
                        .withEni("eni-2"));
        bed.success(add("\"enim.io/prefer\":\"2001:db8::99\"").container("c2").args(""));
        assertThat(bed.manager.lastAdd().orElseThrow().wish())
                .isEqualTo(EniWish.preferred().withAddress(Cidr.parseAddress("2001:db8::99")));
    }

    @Test
    void whatTheRuntimeAsksForBesidesAnAnnotationIsAnError() {
        assertThat(bed.error(7, add("\"enim.io/prefer\":\"eni-1\"").args("IP=10.0.0.12"))
                        .message())
                .contains("10.0.0.12", "eni-1");
        assertThat(bed.manager.calls()).isEmpty();
    }

    @Test
    void annotationsOfOthersMeanNothingHere() {
        bed.success(add("\"kubernetes.io/config.source\":\"api\",\"enim.io\":\"x\",\"other/enim.io/routes\":\"y\""));
        assertThat(bed.manager.lastAdd().orElseThrow().routes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"enim.io/rotues\":\"10.0.0.0/8\"   | 2 | enim.io/rotues",
                "\"enim.io/require\":\"\"            | 7 | enim.io/require",
                "\"enim.io/require\":\"eni-1,\"      | 7 | enim.io/require",
                "\"enim.io/require\":\"eni-1,eni-2\" | 7 | eni-2",
                "\"enim.io/prefer\":\"10.0.0.256\"   | 7 | 10.0.0.256",
                "\"enim.io/prefer\":\"10.0.0.1,10.0.0.2\" | 7 | 10.0.0.1, 10.0.0.2",
                "\"enim.io/prefer\":\"02:00:5e:00:53:01,02:00:5e:00:53:02\" | 7 | 02:00:5e:00:53:02",
                "\"enim.io/prefer\":\"a\",\"enim.io/require\":\"b\" | 7 | enim.io/prefer",
                "\"enim.io/when-empty\":\"later\"    | 7 | enim.io/when-empty",
                "\"enim.io/when-empty\":true         | 7 | enim.io/when-empty",
                "\"enim.io/routes\":\"\"             | 7 | enim.io/routes",
                "\"enim.io/routes\":\"10.0.0.0/8,\"  | 7 | enim.io/routes",
                "\"enim.io/routes\":\"everywhere\"   | 7 | everywhere",
                "\"enim.io/routes\":\"10.0.0.0/8 via\" | 7 | 10.0.0.0/8 via",
                "\"enim.io/routes\":\"10.0.0.0/8 via fd00::1\" | 7 | fd00::1"
            })
    void aBadOneIsAnErrorThatNamesItAndNothingChanges(String annotation, int code, String named) {
        assertThat(bed.error(code, add(annotation)).message()).contains(named);
        assertThat(bed.manager.calls()).isEmpty();
    }

    @Test
    void delNeverFailsOverThem() {
        bed.success(call("ADD"));
        bed.passes(call("DEL").config(add("\"enim.io/rotues\":\"x\"").config()));
    }
}
