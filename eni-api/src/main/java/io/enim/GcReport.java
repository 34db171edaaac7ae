// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a round of garbage collection found and did, each finding with its evidence. Immutable.
 *
 * @param started when the round began
 * @param mode whether it acted
 * @param findings what it found, in the order of processing
 * @param examined the number of assignments at its start
 */
public record GcReport(Instant started, Duration took, GcRequest.Mode mode, List<Finding> findings, int examined) {
    /** What is wrong. */
    public enum Kind {
        /** An endpoint whose sandbox is gone, or that the runtime no longer knows. */
        DEAD_ENDPOINT,
        /** An ADD that began and did not finish. */
        INTERRUPTED_ADD,
        /** A DEL that began and did not finish. */
        INTERRUPTED_DEL,
        /** A device that could not be verified earlier; tried again. */
        QUARANTINED,
        /** An ENI that the provider lists as used and no endpoint owns. */
        UNOWNED_ENI,
        /** An ENI that an endpoint holds but the provider no longer has. */
        LOST_ENI,
        /** A free ENI's device on the host that differs from its baseline. */
        DEVICE_DRIFTED,
        /** A free ENI whose device is not on the host. */
        DEVICE_MISSING,
        /** An object in the cloud that carries our owner tag and that no endpoint or pool uses. */
        CLOUD_ORPHAN,
        /** A source failed or contradicts another; nothing destructive was done about what depends on it. */
        UNCERTAIN
    }

    /** What was done about it. */
    public enum Outcome {
        /** It is repaired. */
        DONE,
        /** It would have been repaired; this round only reports. */
        DRY_RUN,
        /** It was left unchanged; the evidence tells why. */
        SKIPPED,
        /** The attempt failed; a later round tries again. */
        FAILED
    }

    /**
     * One finding.
     *
     * @param subject the endpoint, ENI or device it is about
     * @param evidence how that is known
     * @param action what was done or would be done
     */
    public record Finding(Kind kind, String subject, String evidence, String action, Outcome outcome) {
        public Finding {
            requireNonNull(kind, "kind");
            subject = PrintableText.of(subject);
            evidence = PrintableText.of(evidence);
            action = PrintableText.of(action);
            requireNonNull(outcome, "outcome");
        }

        @Override
        public String toString() {
            return kind + " " + subject + ": " + action + " [" + outcome + "] because " + evidence;
        }
    }

    public GcReport {
        requireNonNull(started, "started");
        requireNonNull(took, "took");
        requireNonNull(mode, "mode");
        findings = List.copyOf(findings);
    }

    /** The findings of one kind. */
    public List<Finding> findings(Kind kind) {
        return findings.stream().filter(finding -> finding.kind() == kind).toList();
    }

    /** Whether nothing was found. */
    public boolean isQuiet() {
        return findings.isEmpty();
    }
}
