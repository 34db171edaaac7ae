package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static io.enim.examples.agent.cni.CniTestBed.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.DeadlineExceededException;
import io.enim.examples.agent.testing.InMemoryManager;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void delThatIsNotDoneYetIsCode11() {
        bed.manager.failWith(new DeadlineExceededException("delete x", Duration.ofSeconds(1), "call again", null));
        bed.error(11, call("DEL"));
    }
}
