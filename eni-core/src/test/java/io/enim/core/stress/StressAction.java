package io.enim.core.stress;

import io.enim.Endpoint;
import io.enim.provider.fake.region.ApiCall;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One action on a node: by its runtime, its tenants or its cloud, or a fault.
 *
 * @param subject the number of the pod, or of another subject
 * @param life which life of the pod
 */
record StressAction(Verb verb, int subject, int life) {
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
        /** The next call of a method of the devices fails before its effect. */
        DEVICE_FAILS(3),
        /** The same, after its effect. */
        DEVICE_FAILS_LATE(3),
        DEVICE_HANGS(1),
        CLOUD_FAILS(1),
        CLOUD_LOSES_ANSWER(1),
        CLOUD_HANGS(1),
        HANGING_ENDS(2),
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
    private static final List<String> DEVICE_METHODS =
            List.of("find", "moveIn", "configure", "returnToHost", "findIn", "inspect", "hostDevices", "restoreOnHost");
    private static final List<ApiCall> CLOUD_CALLS =
            List.of(ApiCall.DESCRIBE, ApiCall.CREATE, ApiCall.ATTACH, ApiCall.DETACH, ApiCall.DELETE);
    private static final int WEIGHTS =
            Arrays.stream(Verb.values()).mapToInt(verb -> verb.weight).sum();

    static StressAction of(Verb verb, int pod) {
        return new StressAction(verb, pod, 0);
    }

    /** A random action, by the weights. */
    static StressAction random(Random random, int pods) {
        int drawn = random.nextInt(WEIGHTS);
        for (Verb verb : Verb.values()) {
            drawn -= verb.weight;
            if (drawn < 0) {
                return new StressAction(verb, random.nextInt(pods), random.nextInt(LIVES));
            }
        }
        throw new IllegalStateException("the weights are " + WEIGHTS);
    }

    Endpoint endpoint() {
        return Endpoint.of("stress", "pod" + subject, "life" + life);
    }

    String deviceMethod() {
        return DEVICE_METHODS.get((subject + life) % DEVICE_METHODS.size());
    }

    ApiCall cloudCall() {
        return CLOUD_CALLS.get((subject + life) % CLOUD_CALLS.size());
    }

    @Override
    public String toString() {
        return switch (verb) {
            case GC, GC_BY_LIST, HANGING_ENDS, ENIS_ATTACHED, RESTART, CRASH -> verb.name();
            case DEVICE_FAILS, DEVICE_FAILS_LATE, DEVICE_HANGS -> verb + "(" + deviceMethod() + ")";
            case CLOUD_FAILS, CLOUD_LOSES_ANSWER, CLOUD_HANGS -> verb + "(" + cloudCall() + ")";
            case DEL_EVERY_LIFE, ENI_DETACHED -> verb + "(" + subject + ")";
            default -> verb + "(" + subject + "." + life + ")";
        };
    }
}
