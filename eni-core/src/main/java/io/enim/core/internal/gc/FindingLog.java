// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.GcReport;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Outcome;
import io.enim.core.internal.log.SafeLogger;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Logs the findings of each round, a line each. What a round leaves as it is, and the next ones find again, is logged once: a
 * round comes every few seconds. Confined to the thread of the rounds.
 */
final class FindingLog {
    private static final SafeLogger LOG = SafeLogger.of(FindingLog.class);

    private final Set<String> told = new HashSet<>();

    /** A round that looks at everything ends what it no longer finds; another one says nothing of what it did not look at. */
    void add(GcReport report, Scope scope) {
        if (scope == Scope.EVERYTHING) {
            told.retainAll(report.findings().stream().map(FindingLog::key).collect(Collectors.toSet()));
        }
        for (Finding finding : report.findings()) {
            if (finding.outcome() != Outcome.SKIPPED || told.add(key(finding))) {
                LOG.info("{}", finding);
            } else {
                LOG.debug("still {}", finding);
            }
        }
    }

    /** Without the evidence, which may have an age in it. */
    private static String key(Finding finding) {
        return finding.kind() + " " + finding.subject() + " " + finding.outcome();
    }

    /** What a round looks at. */
    enum Scope {
        EVERYTHING,
        ASSIGNMENTS
    }
}
