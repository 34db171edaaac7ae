/**
 * The commands that ask a running agent: tables for people, JSON for programs. Entry type:
 * {@link io.enim.examples.agent.cli.ClientCommands}.
 *
 * <p>Threads: a command runs on one thread and blocks until the agent answers or the time limit is reached.
 *
 * <p>Invariants: a command exits with 0 only if the agent did it; with 1 on an error of the agent, with 2 on a wrong
 * command line, with 3 if the agent cannot be reached.
 */
@NullMarked
package io.enim.examples.agent.cli;

import org.jspecify.annotations.NullMarked;
