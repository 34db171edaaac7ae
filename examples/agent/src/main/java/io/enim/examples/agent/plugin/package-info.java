/**
 * The socket of the C plugin ({@code cni/enim.c}, which describes the frames). Entry:
 * {@link io.enim.examples.agent.plugin.PluginServer}.
 *
 * <p>One thread accepts and reads; nothing that may block runs on it. A complete call goes to a worker, which calls
 * {@link io.enim.examples.agent.cni.CniService} and writes the answer itself, so a call changes threads once. Meanwhile the
 * thread watches the connection: its end means that the plugin has ended, and an ADD is then undone. Connections, frames
 * and the time to send and receive them are bounded.
 */
@NullMarked
package io.enim.examples.agent.plugin;

import org.jspecify.annotations.NullMarked;
