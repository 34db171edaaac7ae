/**
 * The agent's settings, from a file, the environment and the command line. Entry type:
 * {@link io.enim.examples.agent.config.AgentSettings}.
 *
 * <p>Threads: values are immutable; sources are read once, at the start.
 *
 * <p>Invariants: a key or a variable that nobody knows is an error naming it; a flag wins over the environment, the
 * environment over the file, the file over the default.
 *
 * <p>Not promised: settings that change while the agent runs. It is started again for that, which no endpoint notices.
 */
@NullMarked
package io.enim.examples.agent.config;

import org.jspecify.annotations.NullMarked;
