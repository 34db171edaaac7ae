/**
 * A node agent that embeds ENIM. Entry types: {@link io.enim.examples.agent.AgentCli}, the command line, and
 * {@link io.enim.examples.agent.Agent}, which {@code serve} runs.
 *
 * <p>Threads: the agent is safe for concurrent use; a command runs on the thread it was started on.
 *
 * <p>Invariants: an agent that ends, however it ends, leaves every endpoint its device.
 *
 * <p>Not promised: a stable Java interface. This is an example to start from, and the daemon the demo runs.
 */
@NullMarked
package io.enim.examples.agent;

import org.jspecify.annotations.NullMarked;
