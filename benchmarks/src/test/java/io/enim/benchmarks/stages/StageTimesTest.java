package io.enim.benchmarks.stages;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.benchmarks.report.Draft;
import io.enim.benchmarks.report.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StageTimesTest {
    private final StageTimes times = new StageTimes();

    /** Three stages of 10, 20 and 30 µs, the second in two parts with a send of 1 ms between them. */
    private void addOperation(double ownMicros) {
        times.add(
                List.of(
                        new StageMark("", 0, 5_000),
                        new StageMark("first", 10_000, 5_000),
                        new StageMark("second", 22_000, 5_000),
                        new StageMark("second", 1_030_000, 1_005_000),
                        new StageMark("third", 1_060_000, 1_005_000)),
                ownMicros);
    }

    private Result result() {
        Draft draft = new Draft("device", true, Path.of("."));
        times.report(draft, "an ADD");
        return draft.done();
    }

    @Test
    void aStageIsWhatPassesUntilItsMarkWithoutSends() {
        addOperation(60);
        addOperation(60);

        Result result = result();

        assertThat(result.tables().get(0).rows())
                .extracting(row -> row.get(0) + " " + row.get(2))
                .containsExactly("first 10", "second 20", "third 30", "sum of the stages 60", "own share, measured 60");
        assertThat(result.targets()).extracting(Result.Target::met).containsExactly("yes");
    }

    @Test
    void stagesThatDoNotSumUpToTheOwnShareMissTheTarget() {
        addOperation(75);

        assertThat(result().targets())
                .singleElement()
                .satisfies(target -> assertThat(target.met()).contains("#own-share"));
    }
}
