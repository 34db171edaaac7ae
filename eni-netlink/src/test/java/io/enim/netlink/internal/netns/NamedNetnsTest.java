package io.enim.netlink.internal.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.InvalidRequestException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NamedNetnsTest {
    @Test
    void aNamespaceNameCannotLeaveItsDirectory() {
        NamedNetns named = new NamedNetns(Path.of("/run/netns"));
        for (String bad : new String[] {"", "..", "a/b", "../x", "-rf", "a b", "x".repeat(129)}) {
            assertThatThrownBy(() -> named.path(bad)).isInstanceOf(InvalidRequestException.class);
        }
        assertThat(named.path("pod-1.a_b")).isEqualTo(Path.of("/run/netns/pod-1.a_b"));
    }
}
