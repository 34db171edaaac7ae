package io.enim.core.stress;

import io.enim.Endpoint;
import io.enim.core.chaos.Fault.Kind;
import io.enim.core.chaos.Fault.Place;
import io.enim.core.chaos.Strike;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One action on a node: by its runtime, its tenants or its cloud, or a fault.
 *
 * @param subject the number of the pod, or of another subject
 * @param life which life of the pod
 * @param strike what goes wrong, if it is a fault
 */
record StressAction(Verb verb, int subject, int life, Strike strike) {
    /** The kind of action. */
    enum Verb {
        ADD(30),
        /** An assignment without a sandbox, as one asks for whose program moves the device. */
        ASSIGN(4),
        /** Its caller has a few milliseconds. */
        SHORT_ADD(4),
        /** Waits for an ENI. */
        PATIENT_ADD(4),
        /** Its caller is interrupted as soon as it waits. */
        INTERRUPTED_ADD(4),
        DEL(36),
        DEL_EVERY_LIFE(3),
        CHECK(10),
        GC(3),
        /** The runtime lists the living endpoints. */
        GC_BY_LIST(3),
        NAMESPACE_DIES(4),
        /** What the tenant makes of its device. */
        TENANT_CHANGES(3),
        HEALTH(2),
        /** The next call of an operation goes wrong. */
        CALL_STRUCK(12),
        /** Calls at a place go wrong by chance, until the faults end. */
        FAULT_BEGINS(1),
        FAULTS_END(3),
        /** The wall clock is set. */
        CLOCK_STEPS(2),
        /** An ENI is detached behind the manager's back. */
        ENI_DETACHED(1),
        /** The detached ENIs are attached again. */
        ENIS_ATTACHED(3),
        /** Closed and started again. */
        RESTART(1),
        /** Dies at the next step of each thread, and is started again. */
        CRASH(1);

        /** Its relative frequency. */
        final int weight;

        Verb(int weight) {
            this.weight = weight;
        }
    }

    static final int PODS = 4;
    static final int LIVES = 2;
    static final List<Strike> STRIKES = Strike.all();
    private static final int WEIGHTS =
            Arrays.stream(Verb.values()).mapToInt(verb -> verb.weight).sum();

    static StressAction of(Verb verb, int pod) {
        return new StressAction(verb, pod, 0, STRIKES.get(0));
    }

    static StressAction struck(Kind kind, Place place, String operation) {
        return new StressAction(Verb.CALL_STRUCK, 0, 0, new Strike(kind, place, operation));
    }

    /** Threads cannot be started, by chance, until the faults end. */
    static StressAction noThreads() {
        return new StressAction(Verb.FAULT_BEGINS, 0, 1, STRIKES.get(0));
    }

    /** A random action, by the weights. */
    static StressAction random(Random random, int pods) {
        int drawn = random.nextInt(WEIGHTS);
        for (Verb verb : Verb.values()) {
            drawn -= verb.weight;
            if (drawn < 0) {
                Strike strike = STRIKES.get(random.nextInt(STRIKES.size()));
                return new StressAction(verb, random.nextInt(pods), random.nextInt(LIVES), strike);
            }
        }
        throw new IllegalStateException("the weights are " + WEIGHTS);
    }

    Endpoint endpoint() {
        return endpoint(subject, life);
    }

    static Endpoint endpoint(int pod, int life) {
        return Endpoint.of("stress", "pod" + pod, "life" + life);
    }

    @Override
    public String toString() {
        return switch (verb) {
            case GC, GC_BY_LIST, HEALTH, FAULTS_END, ENIS_ATTACHED, RESTART, CRASH -> verb.name();
            case CALL_STRUCK, FAULT_BEGINS -> verb + "(" + strike + ")";
            case DEL_EVERY_LIFE, ENI_DETACHED, CLOCK_STEPS -> verb + "(" + subject + ")";
            default -> verb + "(" + subject + "." + life + ")";
        };
    }
}
