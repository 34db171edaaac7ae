package io.enim.provider.support;

/**
 * One request to a cloud, for errors and logs.
 *
 * @param name the cloud's name of it
 * @param subject what it is about: ids, no secrets
 * @param effect whether it changes something, so that a lost answer leaves a question
 */
public record CloudRequest(String name, String subject, Effect effect) {
    /** What a request does at the cloud's side. */
    public enum Effect {
        /** Only reads. */
        NONE,
        /** Changes something. */
        CHANGE
    }

    /** A request that only reads. */
    public static CloudRequest reading(String name, String subject) {
        return new CloudRequest(name, subject, Effect.NONE);
    }

    /** A request that changes something. */
    public static CloudRequest changing(String name, String subject) {
        return new CloudRequest(name, subject, Effect.CHANGE);
    }

    /** Whether it changes something. */
    public boolean changes() {
        return effect == Effect.CHANGE;
    }

    @Override
    public String toString() {
        return subject.isEmpty() ? name : name + " " + subject;
    }
}
