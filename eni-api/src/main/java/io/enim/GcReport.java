package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a round of garbage collection found and did, each with its evidence.
 *
 * @param started when the round began
 * @param took how long it ran
 * @param mode whether it acted
 * @param findings what it found, in the order it was dealt with
 * @param examined how many assignments and ENIs it looked at
 */
public record GcReport(Instant started, Duration took, GcRequest.Mode mode, List<Finding> findings, int examined) {
    /** What is wrong. */
    public enum Kind {
        /** An endpoint whose sandbox is gone, or that the runtime no longer knows. */
        DEAD_ENDPOINT,
        /** An ADD that was begun and never finished. */
        INTERRUPTED_ADD,
        /** A DEL that was begun and never finished. */
        INTERRUPTED_DEL,
        /** A device that could not be verified before; tried again. */
        QUARANTINED,
        /** An ENI the provider calls used but nobody owns. */
        UNOWNED_ENI,
        /** An ENI that an endpoint holds but the provider no longer has. */
        LOST_ENI,
        /** A free ENI's device at home under a wrong name or dirty. */
        DEVICE_DRIFTED,
        /** A free ENI whose device is not at home. */
        DEVICE_MISSING,
        /** Something in the cloud that is provably ours and that nobody needs. */
        CLOUD_ORPHAN,
        /** A source failed or contradicts another; nothing destructive was done about what depends on it. */
        UNCERTAIN
    }

    /** What was done about it. */
    public enum Outcome {
        /** It is mended. */
        DONE,
        /** It would have been mended; this round only reports. */
        DRY_RUN,
        /** It was left as it is, and why stands in the evidence. */
        SKIPPED,
        /** The attempt failed; a later round tries again. */
        FAILED
    }

    /**
     * One thing found.
     *
     * @param kind what is wrong
     * @param subject the endpoint, ENI or device it is about
     * @param evidence how that is known
     * @param action what was done or would be done
     * @param outcome how it ended
     */
    public record Finding(Kind kind, String subject, String evidence, String action, Outcome outcome) {
        public Finding {
            requireNonNull(kind, "kind");
            requireNonNull(subject, "subject");
            requireNonNull(evidence, "evidence");
            requireNonNull(action, "action");
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
