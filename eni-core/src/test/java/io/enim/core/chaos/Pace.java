package io.enim.core.chaos;

import io.enim.core.chaos.Fault.Place;

/** How calls take their time, and what else may happen meanwhile: in virtual time, or on real threads. */
public interface Pace {
    long nanoTime();

    /** A random number from 0. */
    int random(int bound);

    /** Whether what the calling thread does can go wrong. */
    boolean isExposed();

    /** A call begins: it takes as long as such a call does when nothing is wrong. */
    void begin(Place place, String operation);

    /** Where a process may be killed, and another thread may run. */
    void cross();

    /** Waits for this long at most; an interrupt ends the wait, unless it is deaf, and stays to be seen. */
    void pause(long nanos, boolean deaf);

    /** How long a call takes at least that answers late. */
    long lateNanos();
}
