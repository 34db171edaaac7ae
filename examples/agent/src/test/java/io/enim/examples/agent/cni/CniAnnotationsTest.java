package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.AddRequest.WhenEmpty;
import io.enim.Cidr;
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
    void annotationsOfOthersMeanNothingHere() {
        bed.success(add("\"kubernetes.io/config.source\":\"api\",\"enim.io\":\"x\",\"other/enim.io/routes\":\"y\""));
        assertThat(bed.manager.lastAdd().orElseThrow().routes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"enim.io/rotues\":\"10.0.0.0/8\"   | 2 | enim.io/rotues",
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
