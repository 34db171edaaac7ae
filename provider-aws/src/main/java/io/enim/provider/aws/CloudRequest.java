package io.enim.provider.aws;

/**
 * One request to EC2, for errors and logs.
 *
 * @param action EC2's name of it
 * @param subject what it is about: ids, no secrets
 * @param effect whether it changes something, so that a lost answer leaves a question
 */
record CloudRequest(String name, String subject, Effect effect) {
    /** What a call does at the cloud's side. */
    enum Effect {
        /** Only reads. */
        NONE,
        /** Changes something. */
        CHANGE
    }

    static CloudRequest reading(String action, String subject) {
        return new CloudRequest(action, subject, Effect.NONE);
    }

    static CloudRequest changing(String action, String subject) {
        return new CloudRequest(action, subject, Effect.CHANGE);
    }

    boolean changes() {
        return effect == Effect.CHANGE;
    }

    @Override
    public String toString() {
        return subject.isEmpty() ? name : name + " " + subject;
    }
}
