// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.gc;

import io.enim.Assignment;
import io.enim.Endpoint;
import io.enim.EniException;
import io.enim.GcReport.Finding;
import io.enim.GcReport.Kind;
import io.enim.GcReport.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What findings are about, and how their treatment ended. */
final class Findings {
    private Findings() {}

    /** About an assignment. */
    static Finding of(Kind kind, Assignment assignment, String evidence, String action, Outcome outcome) {
        return of(kind, assignment.endpoint(), Optional.of(assignment.eni().id()), evidence, action, outcome);
    }

    /** About an endpoint and the ENI that it holds, if that is known. */
    static Finding of(
            Kind kind, Endpoint endpoint, Optional<String> eniId, String evidence, String action, Outcome outcome) {
        String subject = endpoint + eniId.map(id -> " with " + id).orElse("");
        return new Finding(kind, subject, Optional.of(endpoint), eniId, evidence, action, outcome, List.of());
    }

    static Finding ended(Finding found, String detail, Outcome outcome) {
        return found.after(found.action() + detail, outcome);
    }

    static Finding left(Finding found, String evidence) {
        return found.because(found.kind(), evidence).after("leave it", Outcome.SKIPPED);
    }

    /** The end of an ENI that is lost: only the provider forgets it. */
    static Finding forgotten(Finding found, String evidence) {
        return found.because(Kind.LOST_ENI, evidence).after("forget it; nothing is asked of the cloud", Outcome.DONE);
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
