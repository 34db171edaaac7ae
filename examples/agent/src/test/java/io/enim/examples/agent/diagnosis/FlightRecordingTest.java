package io.enim.examples.agent.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.InvalidRequestException;
import io.enim.OverloadedException;
import io.enim.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Name;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

class FlightRecordingTest {
    /** Something of the process itself. */
    @Name("io.enim.test.Marked")
    static final class Marked extends Event {}

    private final FlightRecording recording = new FlightRecording();

    private CompletableFuture<Path> begun() {
        CompletableFuture<Path> file = CompletableFuture.supplyAsync(
                () -> recording.record(FlightRecording.LONGEST), work -> new Thread(work).start());
        await().until(() -> FlightRecorder.getFlightRecorder().getRecordings().stream()
                .anyMatch(running -> running.getName().equals("enim-agent")
                        && running.getState() == jdk.jfr.RecordingState.RUNNING));
        return file;
    }

    @Test
    void theFileHasWhatTheProcessDidAndNoneOfItsSecrets() throws Exception {
        CompletableFuture<Path> running = begun();
        new Marked().commit();
        recording.close();
        Path file = running.get();
        try {
            Set<String> names = RecordingFile.readAllEvents(file).stream()
                    .map(RecordedEvent::getEventType)
                    .map(type -> type.getName())
                    .collect(Collectors.toSet());
            assertThat(names)
                    .contains("io.enim.test.Marked", "jdk.ActiveRecording")
                    .doesNotContain(
                            "jdk.InitialEnvironmentVariable",
                            "jdk.InitialSystemProperty",
                            "jdk.JVMInformation",
                            "jdk.SystemProcess");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void p8_oneAtATime() throws Exception {
        CompletableFuture<Path> running = begun();
        assertThatThrownBy(() -> recording.record(Duration.ofSeconds(1)))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("another recording runs");
        recording.close();
        Files.delete(running.get());
        Files.delete(recording.record(Duration.ofSeconds(1)));
    }

    @Test
    void p8_noTimeIsTooLong() {
        for (Duration wrong : List.of(Duration.ZERO, FlightRecording.LONGEST.plusNanos(1))) {
            assertThatThrownBy(() -> recording.record(wrong))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("120s");
        }
    }

    @Test
    void aJvmWithoutTheRecorderSaysSo() throws IOException {
        assertThatThrownBy(() -> new FlightRecording(false).record(Duration.ofSeconds(1)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("no Flight Recorder (module jdk.jfr)");
    }
}
