// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import io.enim.provider.EniCloud;
import io.enim.provider.OwnerTag;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One node on an emulated cloud, for {@link LostAnswerKit} and {@link StormKit}. It has room for six ENIs on the
 * instance of the storm, and for one on that of the lost answers. Its time passes only by {@link #advance}.
 */
public interface CloudFixture extends AutoCloseable {
    /** A new adapter for this node, as a process that starts makes it. It is closed with the fixture at the latest. */
    EniCloud cloud(Duration callTimeout);

    /** Whose ENIs the adapters make. */
    OwnerTag ownerTag();

    /** The instance of this node. */
    String instanceId();

    /** The requests that reached the emulator, oldest first. */
    List<String> requests();

    /** Whether a request is the one that gives a method of {@link EniCloud} its name. */
    boolean isRequestOf(String method, String request);

    /** What each ENI that exists carries of the token it was created with. */
    List<String> tokens();

    /** Lets calls go wrong at the cloud's side. */
    FaultInjector faults();

    /**
     * The ways in which a request of this method, or its answer, gets lost on the wire, by name. Each takes
     * {@link FaultInjector.Fault#LOSE_ANSWER}; whether the request takes effect is its own.
     */
    Map<String, FaultInjector> losses(String method);

    /** The ways in which a request takes effect and its answer never ends, by name. */
    Map<String, FaultInjector> silences();

    /** From now on requests are throttled, fail and get lost in every way, by chance. */
    void storm(long seed);

    /** From now on answers to creations get lost by chance. */
    void stormOfLostAnswers(long seed);

    /** What the names of an adapter's threads begin with. */
    List<String> threadNames();

    /** Ends the emulator: requests reach nothing from now on. */
    void stopEmulator();

    /** Lets time pass. */
    void advance(Duration time);

    /** Ends the adapters and the emulator. */
    @Override
    void close();
}
