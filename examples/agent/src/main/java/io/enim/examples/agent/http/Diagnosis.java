// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.InvalidRequestException;
import io.enim.examples.agent.diagnosis.FlightRecording;
import io.enim.examples.agent.diagnosis.LogLevels;
import java.nio.file.Path;
import java.time.Duration;

/** What the operator's interface turns on for a time. Parameters are a form. */
public record Diagnosis(LogLevels levels, FlightRecording recording) {
    /** Of this process. */
    public static Diagnosis ofThisProcess() {
        return new Diagnosis(new LogLevels(), new FlightRecording());
    }

    LogLevels.State setLevel(FormBody form) {
        return levels.set(form.text("logger"), form.text("level"), time(form));
    }

    /** Blocks for the time that the form has. */
    Path record(FormBody form) {
        return recording.record(time(form));
    }

    private static Duration time(FormBody form) {
        String seconds = form.text("seconds");
        if (!seconds.matches("[1-9]\\d{0,5}")) {
            throw new InvalidRequestException("seconds", seconds, "it is a number from 1 to 999999");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    void close() {
        recording.close();
        levels.close();
    }
}
