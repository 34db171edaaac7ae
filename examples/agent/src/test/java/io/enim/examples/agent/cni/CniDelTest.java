package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.enim.DeadlineExceededException;
import io.enim.examples.agent.cni.CniTestBed.CniCall;
import io.enim.examples.agent.testing.InMemoryManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniDelTest {
    private final CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(2));

    @ParameterizedTest
    @ValueSource(strings = {"0.3.1", "0.4.0", "1.0.0", "1.1.0"})
    void delPrintsNothingAndSucceeds(String version) {
        bed.success(call("ADD").config(config(version)));
        bed.passes(call("DEL").config(config(version)));
        assertThat(bed.manager.assignments()).isEmpty();
    }

    @Test
    void p3_delTwiceAndDelOfTheUnknownSucceed() {
        bed.success(call("ADD"));
        bed.passes(call("DEL"));
        bed.passes(call("DEL"));
        bed.passes(call("DEL").container("nobody").args(""));
    }

    @Test
    void everyCallIsCountedOnceWithItsCode() {
        bed.answer(call("ADD"));
        bed.answer(call("DEL"));
        bed.answer(call("DEL").netns(""));
        bed.answer(call("DEL").ifname(""));
        bed.answer(call("VERSION"));
        bed.answer(call("made\nup"));
        assertThat(bed.counted).containsExactly("ADD 0", "DEL 0", "DEL 0", "DEL 4", "VERSION 0", "unknown 4");
    }

    @Test
    void p3_delNeedsNoNetnsAndNoPrevResult() {
        bed.success(call("ADD"));
        bed.passes(call("DEL").netns(""));
        assertThat(bed.manager.assignments()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K8S_POD_NAME=other", "K8S_POD_NAME=a b", "broken"})
    void delFindsItsAttachmentWhateverTheArgsSay(String args) {
        bed.success(call("ADD"));
        bed.passes(call("DEL").args(args));
        assertThat(bed.manager.assignments()).isEmpty();
    }

    @Test
    void delOfAnAddThatStillWorksReachesTheManager() {
        bed.answer(call("DEL"));
        assertThat(bed.manager.calls()).containsExactly("del shop/cart/c1/eth0");
    }

    @Test
    void p4_delOfAnOldContainerLeavesTheNewOne() {
        bed.success(call("ADD").container("new").args("K8S_POD_NAMESPACE=shop;K8S_POD_NAME=cart"));
        bed.answer(call("DEL").container("old").args("K8S_POD_NAMESPACE=shop;K8S_POD_NAME=cart"));
        assertThat(bed.manager.assignments()).hasSize(1);
    }

    @Test
    void delLeavesTheContainersOtherInterfaces() {
        bed.success(call("ADD"));
        bed.success(call("ADD").ifname("net1"));
        bed.answer(call("DEL"));
        assertThat(bed.manager.assignments())
                .singleElement()
                .satisfies(left ->
                        assertThat(left.endpoint().interfaceName().value()).isEqualTo("net1"));
    }

    @Test
    void aBadPartOfTheConfigurationThatOnlyAddReadsDoesNotStopDel() {
        bed.success(call("ADD"));
        String broken = config("1.0.0", "\"dns\":7", "\"prevResult\":[]", "\"whenEmpty\":\"x\"");
        bed.passes(call("DEL").config(broken));
        assertThat(bed.manager.assignments()).isEmpty();
    }

    /** What a configuration may have become since the ADD. */
    private static final List<String> CHANGED = List.of(
            "",
            "no JSON",
            "[]",
            "{",
            "{\"name\":\"pods\",\"name\":\"pods\"}",
            "{\"cniVersion\":\"0.1.0\",\"name\":\"pods\"}",
            "{\"cniVersion\":\"9.9.9\",\"name\":\"pods\"}",
            "{\"cniVersion\":7,\"name\":\"pods\"}",
            "{\"cniVersion\":\"1.0.0\"}",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"-\"}",
            "{\"cniVersion\":\"1.0.0\",\"name\":[\"pods\"]}",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":7}",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"unknown\":true}",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"mtu\":\"large\"}",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"runtimeConfig\":{\"ips\":[\"10.0.0.9/24\"]}}",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"enim\",\"ipam\":{\"type\":\"host-local\"}}",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"dhcp\"}}",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"ipam\":\"enim\"}",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"ipam\":{\"type\":3}}");

    private static Stream<Arguments> changedSinceTheAdd() {
        String delegated =
                "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"host-device\",\"ipam\":{\"type\":\"enim\"}}";
        return CHANGED.stream()
                .flatMap(changed -> Stream.of(arguments(config("1.0.0"), changed), arguments(delegated, changed)));
    }

    @ParameterizedTest
    @MethodSource("changedSinceTheAdd")
    void p3_delSucceedsWhateverTheConfigurationHasBecomeAndAddAndCheckDoNot(String before, String changed) {
        bed.success(call("ADD").config(before));
        CniCall add = call("ADD").container("c2").args("").config(changed);
        assertThat(bed.answer(add).isSuccess()).as("ADD").isFalse();
        assertThat(bed.answer(call("CHECK").config(changed)).isSuccess())
                .as("CHECK")
                .isFalse();
        assertThat(bed.manager.assignments()).hasSize(1);
        bed.passes(call("DEL").config(changed));
        assertThat(bed.manager.assignments()).isEmpty();
        bed.passes(call("DEL").config(changed));
    }

    @Test
    void anErrorOfADelWhoseConfigurationIsBrokenIsInTheLatestVersion() {
        bed.manager.failWith(new DeadlineExceededException("delete x", Duration.ofSeconds(1), "call again", null));
        assertThat(bed.error(11, call("DEL").config("no JSON")).version()).isEqualTo("1.1.0");
    }

    @Test
    void delThatIsNotDoneYetIsCode11() {
        bed.manager.failWith(new DeadlineExceededException("delete x", Duration.ofSeconds(1), "call again", null));
        bed.error(11, call("DEL"));
    }
}
