/**
 * The agent's HTTP over a Unix socket. Entry type: {@link io.enim.examples.agent.http.AgentServer}.
 *
 * <p>Threads: requests are handled on Jetty's threads and block there as the manager does; their number is bounded, and
 * reading requests ({@code GET}) keep threads of their own. Everything here is safe for concurrent use.
 *
 * <p>Invariants: the socket is never visible with a mode wider than 0600; only root and the agent's own user are served;
 * two agents never serve one socket; a refused request changes nothing.
 *
 * <p>Not promised: a stable HTTP interface for clients other than this agent's own plugin and command line.
 */
@NullMarked
package io.enim.examples.agent.http;

import org.jspecify.annotations.NullMarked;
