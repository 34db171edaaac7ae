/**
 * The command line towards a running agent: tables for people, JSON for programs. Entry type:
 * {@link io.enim.examples.agent.cli.ClientCommands}.
 *
 * <p>Threads: a command runs on one thread and blocks until the agent answers or its time is up.
 *
 * <p>Invariants: a command exits with 0 only when the agent did what it says; 1 is the agent's error, 2 a wrong command
 * line, 3 an agent that cannot be reached.
 */
@NullMarked
package io.enim.examples.agent.cli;

import org.jspecify.annotations.NullMarked;
