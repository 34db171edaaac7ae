/**
 * The agent's settings, from a file, the environment and the command line. Entry type:
 * {@link io.enim.examples.agent.config.AgentSettings}.
 *
 * <p>Threads: values are immutable; sources are read once, at startup.
 *
 * <p>Invariants: an unknown key or variable is an error that names it; a flag overrides the environment, the environment
 * overrides the file, the file overrides the default.
 *
 * <p>Not promised: settings that change while the agent runs. Restart it instead; no endpoint is affected.
 */
@NullMarked
package io.enim.examples.agent.config;

import org.jspecify.annotations.NullMarked;
