// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cli;

import io.enim.examples.agent.config.TimeText;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time of at least a second. */
final class TimeConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return TimeText.parse(text)
                .filter(time -> time.toSeconds() > 0)
                .orElseThrow(() -> new TypeConversionException(
                        "'" + text + "' is no time of a second or longer; write 30s, 5m or 2h"));
    }
}
