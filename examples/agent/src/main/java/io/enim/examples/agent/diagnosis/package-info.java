/**
 * What an operator turns on for a while to see more of a running agent: levels of the log
 * ({@link io.enim.examples.agent.diagnosis.LogLevels}) and a recording of the JVM
 * ({@link io.enim.examples.agent.diagnosis.FlightRecording}).
 *
 * <p>Invariants: everything ends by itself after a time; nothing of it reaches credentials.
 */
@NullMarked
package io.enim.examples.agent.diagnosis;

import org.jspecify.annotations.NullMarked;
