package io.enim.examples.agent.cni;

import static io.enim.examples.agent.cni.CniTestBed.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.testing.InMemoryManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CniVersionTest {
    @Test
    void versionRepeatsTheInputAndListsTheSupported() {
        CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(1));
        Map<String, Object> result = bed.success(call("VERSION").config("{\"cniVersion\":\"0.2.0\"}"));
        assertThat(result)
                .containsEntry("cniVersion", "0.2.0")
                .containsEntry("supportedVersions", List.of("0.3.1", "0.4.0", "1.0.0", "1.1.0"));
        assertThat(bed.manager.calls()).isEmpty();
    }

    @Test
    void versionNeedsNothingElse() {
        CniTestBed bed = new CniTestBed(InMemoryManager.dualStack(1));
        assertThat(bed.success(call("VERSION")
                        .container("")
                        .ifname("")
                        .netns("")
                        .args("")
                        .config("")))
                .containsEntry("cniVersion", "1.1.0");
    }
}
