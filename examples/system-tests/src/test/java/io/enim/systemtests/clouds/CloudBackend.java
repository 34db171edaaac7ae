package io.enim.systemtests.clouds;

import io.enim.MacAddress;
import io.enim.provider.fake.region.SimulatedEni.State;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The cloud an agent runs on: what the agent is told of it, and what is really there. */
interface CloudBackend extends AutoCloseable {
    /** The provider's settings, by key. */
    Map<String, String> settings();

    /** What the agent's environment holds besides. */
    default Map<String, String> environment() {
        return Map.of();
    }

    /** What there really is, visible to the agent or not. */
    List<ActualEni> enis();

    /** How many ENIs were ever made. */
    long createdCount();

    /** Where the death of an agent is worst. */
    enum PausePoint {
        /** Its new ENI was created, and it did not hear of that. */
        CREATED_UNHEARD,
        /** Its new ENI was created and is not attached. */
        BEFORE_ATTACH
    }

    /** The moments at which an agent can be held up on this cloud. */
    Set<PausePoint> pausePoints();

    /** Holds the agent up at this moment of its next new ENI. */
    default void pauseAt(PausePoint pausePoint) {}

    /** Whether the agent is at this step now. */
    boolean isPaused();

    /** Lets go of every call that is held up; what it asked for happens now, after its caller's death. */
    default void resumeCalls() {}

    @Override
    default void close() {}

    /**
     * An ENI.
     *
     * @param addresses both families'
     */
    record ActualEni(String id, MacAddress mac, State state, Set<String> addresses) {}

    default Set<String> ids() {
        return enis().stream().map(ActualEni::id).collect(Collectors.toSet());
    }

    default boolean isAllAttached() {
        return enis().stream().allMatch(eni -> eni.state() == State.IN_USE);
    }
}
