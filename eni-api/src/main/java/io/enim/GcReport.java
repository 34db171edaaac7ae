// SPDX-License-Identifier: Apache-2.0
package io.enim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
        /** A sandbox that the manager made, and that no endpoint has, or no key and it is not fit to be handed out. */
        SANDBOX_ORPHAN,
        /** A host link of an ENI that no endpoint holds. */
        HOST_LINK_ORPHAN,
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
     * @param subject the endpoint, ENI or device it is about, in words
     * @param endpoint the endpoint it is about, or that holds the ENI it is about
     * @param eniId the ENI it is about, or whose device it is about, or that the endpoint holds
     * @param evidence how that is known
     * @param action what was done or would be done
     * @param remains what could not be removed from the device, which therefore is not clean: each an address, a route, a
     *     program or whatever else, by its name
     */
    public record Finding(
            Kind kind,
            String subject,
            Optional<Endpoint> endpoint,
            Optional<String> eniId,
            String evidence,
            String action,
            Outcome outcome,
            List<String> remains) {
        public Finding {
            requireNonNull(kind, "kind");
            subject = PrintableText.of(subject);
            requireNonNull(endpoint, "endpoint");
            requireNonNull(eniId, "eniId");
            evidence = PrintableText.of(evidence);
            action = PrintableText.of(action);
            requireNonNull(outcome, "outcome");
            remains = remains.stream().map(PrintableText::of).toList();
        }

        /** A finding about neither an endpoint nor an ENI. */
        public Finding(Kind kind, String subject, String evidence, String action, Outcome outcome) {
            this(kind, subject, Optional.empty(), Optional.empty(), evidence, action, outcome, List.of());
        }

        /** A finding about this ENI. */
        public static Finding ofEni(
                Kind kind, String subject, String eniId, String evidence, String action, Outcome outcome) {
            return new Finding(
                    kind, subject, Optional.empty(), Optional.of(eniId), evidence, action, outcome, List.of());
        }

        /** The same finding of another kind, with this evidence. */
        public Finding because(Kind newKind, String newEvidence) {
            return new Finding(newKind, subject, endpoint, eniId, newEvidence, action, outcome, remains);
        }

        /** The same finding, after this action with this outcome. */
        public Finding after(String newAction, Outcome newOutcome) {
            return new Finding(kind, subject, endpoint, eniId, evidence, newAction, newOutcome, remains);
        }

        /** The same finding about a device from which this could not be removed. */
        public Finding with(List<String> newRemains) {
            return new Finding(kind, subject, endpoint, eniId, evidence, action, outcome, newRemains);
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
