package io.enim.examples.agent.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.cni.spec.CniResponse;
import org.junit.jupiter.api.Test;

class AnswerFrameTest {
    @Test
    void p19_anAnswerThatThePluginWouldNotAcceptBecomesAnError() {
        assertThat(AnswerFrame.of(new CniResponse("x".repeat(AnswerFrame.MAX_OUTPUT - 1), 0))
                        .remaining())
                .isEqualTo(12 + AnswerFrame.MAX_OUTPUT);
        byte[] frame = AnswerFrame.of(new CniResponse("x".repeat(AnswerFrame.MAX_OUTPUT), 0))
                .array();
        assertThat(frame[7]).isEqualTo((byte) 1);
        assertThat(new String(frame, UTF_8)).contains("\"code\" : 199", "4194305 bytes");
    }
}
