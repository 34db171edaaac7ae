// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.EniException;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import java.util.function.Supplier;

/** How the treatment of a finding ended. */
final class Findings {
    private Findings() {}

    static Finding ended(Finding found, String detail, Outcome outcome) {
        return new Finding(found.kind(), found.subject(), found.evidence(), found.action() + detail, outcome);
    }

    static Finding left(Finding found, String evidence) {
        return new Finding(found.kind(), found.subject(), evidence, "leave it", Outcome.SKIPPED);
    }

    /** The end of an ENI that is lost: only the provider forgets it. */
    static Finding forgotten(Finding found, String evidence) {
        String action = "forget it; nothing is asked of the cloud";
        return new Finding(Kind.LOST_ENI, found.subject(), evidence, action, Outcome.DONE);
    }

    /** What the treatment answers; an error is a failure of the finding. */
    static Finding treat(Finding found, Supplier<Finding> treatment) {
        try {
            return treatment.get();
        } catch (RuntimeException | Error e) {
            return ended(found, ": " + why(e), Outcome.FAILED); // It costs this finding alone (P15).
        }
    }

    /** The message of an error of ours; of one that breaks a contract its type as well. */
    static String why(Throwable cause) {
        return cause instanceof EniException ? String.valueOf(cause.getMessage()) : cause.toString();
    }
}
