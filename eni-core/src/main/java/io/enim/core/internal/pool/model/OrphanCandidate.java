package io.enim.core.internal.pool.model;

import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An ENI with our owner tag that is not attached here and not known here: the trace of a lost answer, a lost state
 * directory, or an old crash. Confined to the reconcile loop; not thread-safe.
 */
public final class OrphanCandidate {
    private final Instant firstSeen;
    private CloudEni eni;
    private Instant lastSeen;
    private int sightings;

    OrphanCandidate(CloudEni eni, Instant describeBegan) {
        this.eni = eni;
        this.firstSeen = describeBegan;
        this.lastSeen = describeBegan;
    }

    void observed(CloudEni again, Instant describeBegan) {
        eni = again;
        lastSeen = describeBegan;
        sightings++;
    }

    public CloudEni eni() {
        return eni;
    }

    /**
     * Why it is not proven to be an orphan; empty when it is. If the cloud reports no creation time, age counts from first
     * sighting.
     */
    public Optional<String> doubt(Duration minimumAge, Instant now) {
        Instant born = eni.created().filter(firstSeen::isAfter).orElse(firstSeen);
        Duration age = Duration.between(born, now);
        if (eni.status() != CloudEni.Status.AVAILABLE || eni.instanceId().isPresent()) {
            return Optional.of("the cloud says " + eni.status()
                    + eni.instanceId()
                            .map(instance -> " at instance " + instance)
                            .orElse(""));
        }
        if (age.compareTo(minimumAge) < 0) {
            return Optional.of("it is " + age.toSeconds() + " s old, and only an age of " + minimumAge.toSeconds()
                    + " s is proof");
        }
        if (sightings < 2 || !ReplicaLag.isApart(firstSeen, lastSeen)) {
            return Optional.of("it was seen in one description so far, and two apart are needed");
        }
        return Optional.empty();
    }

    public String evidence(Duration minimumAge) {
        return "tagged as ours (" + eni.ownerTag().map(Object::toString).orElse("") + "), "
                + eni.created().map(at -> "created at " + at).orElse("of unknown age, first seen at " + firstSeen)
                + ", older than " + minimumAge.toSeconds() + " s, seen in " + sightings + " descriptions from "
                + firstSeen
                + " to "
                + lastSeen + ", attached to nothing, and in no ledger, intent or pool";
    }
}
