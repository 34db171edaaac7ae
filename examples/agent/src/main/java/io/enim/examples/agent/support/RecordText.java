// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.support;

import io.enim.examples.agent.config.ShownSettings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text of a record as it may be shown: fields that ENIM writes. Labels are an application's, and other lines unknown. */
final class RecordText {
    private static final Pattern KNOWN = Pattern.compile("enim-record \\d+|(?:earlier\\.)?(?:"
            + "(?:endpoint|eni|sandbox|home|route|link)\\.[a-z0-9.-]+|phase|since|reason|kind|token|eni|until|sum)=.*");
    private static final Pattern FIELD = Pattern.compile("((?:earlier\\.)?(?:label\\.)?[A-Za-z0-9._/-]{1,80}=).*");

    private RecordText() {}

    static String of(String record) {
        return record.lines()
                .map(line -> KNOWN.matcher(line).matches() ? line : masked(line))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String masked(String line) {
        Matcher field = FIELD.matcher(line);
        return field.matches() && line.contains("label.") ? field.group(1) + ShownSettings.MASK : ShownSettings.MASK;
    }
}
