package io.enim.core.internal.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.enim.EniMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepEventTest {
    @TempDir
    Path directory;

    private final StepRunner steps = new StepRunner(FailPoint.NONE, EniMetrics.NONE);

    @Test
    void aRecordingThatBeginsAtAnyTimeHasTheStepsFromThenOn() throws IOException {
        steps.run(Step.ADD_CLAIM, () -> {});
        Path file = directory.resolve("steps.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("io.enim.Step").withThreshold(Duration.ZERO);
            recording.start();
            steps.run(Step.ADD_CLAIM, () -> {});
            assertThatThrownBy(() -> steps.run(Step.DEL_RELEASE, () -> {
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            recording.stop();
            recording.dump(file);
        }
        assertThat(RecordingFile.readAllEvents(file).stream()
                        .filter(event -> event.getEventType().getName().equals("io.enim.Step")))
                .extracting(event -> event.getString("step"), event -> event.getString("outcome"))
                .containsExactly(tuple("ADD_CLAIM", "ok"), tuple("DEL_RELEASE", "IllegalStateException"));
    }
}
