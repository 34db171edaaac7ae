package io.enim.core.stress;

/**
 * One call of a manager on which nothing goes wrong.
 *
 * @param life which life of the one pod
 */
record ManagerCall(Verb verb, int life) {
    enum Verb {
        ADD,
        /** An ADD that requires one ENI, see {@link #required}. */
        REQUIRE,
        DEL,
        CHECK,
        /** All assignments; only while no other call runs, since it reads one endpoint after another. */
        LIST
    }

    /** The number of the ENI that the life requires, from 1. */
    int required(int enis) {
        return life % enis + 1;
    }

    @Override
    public String toString() {
        return verb == Verb.LIST ? verb.name() : verb + "(" + life + ")";
    }
}
