/**
 * Files that make a stock host's software leave ENIs alone: which are needed, whether they are in place, and how they are
 * written.
 *
 * <p>Entry: {@link io.enim.examples.agent.host.HostCommand}. Needs no running agent. Not thread-safe; each command runs once.
 */
@NullMarked
package io.enim.examples.agent.host;

import org.jspecify.annotations.NullMarked;
