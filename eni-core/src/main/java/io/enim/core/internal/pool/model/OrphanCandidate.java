// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.pool.model;

import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An ENI with our owner tag that is not attached here and not known here: the trace of a lost answer, a lost state
 * directory, or an old crash. As it was last described, and the describes that showed it.
 */
public record OrphanCandidate(CloudEni eni, Streak seen) {
    /**
     * Why it is not proven to be an orphan; empty when it is. Its age counts from the first sighting: the cloud's clock and
     * this machine's may differ by any time (P14).
     */
    public Optional<String> doubt(Duration minimumAge, Instant now) {
        Duration age = Duration.between(seen.first(), now);
        if (eni.status() != CloudEni.Status.AVAILABLE || eni.instanceId().isPresent()) {
            return Optional.of("the cloud says " + eni.status()
                    + eni.instanceId().map(id -> " at instance " + id).orElse(""));
        }
        if (age.compareTo(minimumAge) < 0) {
            return Optional.of("it was first seen " + age.toSeconds() + " s ago, and only an age of "
                    + minimumAge.toSeconds() + " s is proof");
        }
        return seen.isProof()
                ? Optional.empty()
                : Optional.of("it was seen in one description so far, and two apart are needed");
    }

    public String evidence(Duration minimumAge) {
        return "tagged as ours (" + eni.ownerTag().map(Object::toString).orElse("") + "), "
                + eni.created().map(at -> "created at " + at + ", ").orElse("") + "older than " + minimumAge.toSeconds()
                + " s, seen in " + seen.describes() + " descriptions from "
                + seen.first() + " to " + seen.last() + ", attached to nothing, and in no ledger, intent or pool";
    }
}
