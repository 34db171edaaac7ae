/**
 * What systemd is told of the agent that it started: {@link io.enim.examples.agent.systemd.ServiceManager}. Safe for concurrent
 * use. Without systemd it does nothing.
 */
@NullMarked
package io.enim.examples.agent.systemd;

import org.jspecify.annotations.NullMarked;
