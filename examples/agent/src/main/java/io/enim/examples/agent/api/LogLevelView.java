// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.examples.agent.diagnosis.LogLevels;

/** A logger: its level, for how many seconds until it is as before (0: it is), and what it tells. */
public record LogLevelView(String logger, String level, long seconds, String meaning) {
    public static LogLevelView of(LogLevels.State state) {
        return new LogLevelView(state.logger(), state.level(), state.remaining().toSeconds(), state.meaning());
    }
}
