package io.enim.core.internal.pool.model;

import io.enim.provider.CloudEni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An ENI with our mark, attached to nothing here, of which we know nothing: what is left of a lost answer, a lost state
 * directory, or a crash of long ago. Belongs to the rounds.
 */
public final class OrphanCandidate {
    /** Two looks this close together may have been answered by one stale replica. */
    private static final Duration APART = Duration.ofSeconds(10);

    private final Instant firstSeen;
    private CloudEni eni;
    private Instant lastSeen;
    private int sightings = 1;

    public OrphanCandidate(CloudEni eni, Instant lookBegan) {
        this.eni = eni;
        this.firstSeen = lookBegan;
        this.lastSeen = lookBegan;
    }

    public void observed(CloudEni again, Instant lookBegan) {
        eni = again;
        lastSeen = lookBegan;
        sightings++;
    }

    public CloudEni eni() {
        return eni;
    }

    boolean isFree() {
        return eni.status() == CloudEni.Status.AVAILABLE && eni.instanceId().isEmpty();
    }

    /**
     * Why it is not proven to be a leftover; empty when it is. Where the cloud does not tell an age, it is as old as our
     * acquaintance with it, never older.
     */
    public Optional<String> doubt(Duration minimumAge, Instant now) {
        Instant born = eni.created().filter(firstSeen::isAfter).orElse(firstSeen);
        Duration age = Duration.between(born, now);
        if (!isFree()) {
            return Optional.of("the cloud says " + eni.status()
                    + eni.instanceId()
                            .map(instance -> " at instance " + instance)
                            .orElse(""));
        }
        if (age.compareTo(minimumAge) < 0) {
            return Optional.of("it is known for " + age.toSeconds() + " s, and counts after " + minimumAge.toSeconds());
        }
        if (sightings < 2 || firstSeen.plus(APART).isAfter(lastSeen)) {
            return Optional.of("it was seen in one look so far, and two apart are needed");
        }
        return Optional.empty();
    }

    public String evidence(Duration minimumAge) {
        return "marked as ours (" + eni.ownerTag().map(Object::toString).orElse("") + "), "
                + eni.created().map(at -> "created at " + at).orElse("of unknown age, first seen at " + firstSeen)
                + ", older than " + minimumAge.toSeconds() + " s, seen in " + sightings + " looks from " + firstSeen
                + " to "
                + lastSeen + ", attached to nothing, and in no ledger, intent or pool";
    }
}
