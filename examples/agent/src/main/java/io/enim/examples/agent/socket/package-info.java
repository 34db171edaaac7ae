/**
 * The agent's Unix sockets: their files ({@link io.enim.examples.agent.socket.AgentSockets}) and which users may call
 * ({@link io.enim.examples.agent.socket.PeerCheck}).
 */
@NullMarked
package io.enim.examples.agent.socket;

import org.jspecify.annotations.NullMarked;
