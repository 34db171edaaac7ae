package io.enim.examples.agent.demo;

import io.enim.MacAddress;
import io.enim.provider.fake.model.ModelEni.State;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The cloud an agent runs on: what the agent is told of it, and what is really there. */
interface CloudSide extends AutoCloseable {
    /** The provider's settings, by key. */
    Map<String, String> settings();

    /** What the agent's environment holds besides. */
    Map<String, String> environment();

    /** What there really is, visible to the agent or not. */
    List<Truth> enis();

    /** How many ENIs were ever made. */
    long made();

    /** Where the death of an agent is worst. */
    enum Moment {
        /** Its new ENI was created, and it did not hear of that. */
        CREATED_UNHEARD,
        /** Its new ENI was created and is not attached. */
        BEFORE_ATTACH
    }

    /** The moments at which an agent can be held up on this cloud. */
    Set<Moment> moments();

    /** Holds the agent up at this moment of its next new ENI. */
    void holdUp(Moment moment);

    /** Whether the agent stands there now. */
    boolean isHeldUp();

    /** Lets go of every call that is held up; what it asked for happens now, after its caller's death. */
    void letGo();

    @Override
    void close();

    /**
     * An ENI.
     *
     * @param addresses both families'
     */
    record Truth(String id, MacAddress mac, State state, Set<String> addresses) {}

    default Set<String> ids() {
        return enis().stream().map(Truth::id).collect(Collectors.toSet());
    }

    default boolean isCalm() {
        return enis().stream().allMatch(eni -> eni.state() == State.IN_USE);
    }
}
