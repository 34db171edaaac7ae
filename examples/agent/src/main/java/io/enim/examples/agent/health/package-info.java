/**
 * Whether this node can serve endpoints, as the agent as a whole sees it. Entry type:
 * {@link io.enim.examples.agent.health.NodeHealth}.
 */
@NullMarked
package io.enim.examples.agent.health;

import org.jspecify.annotations.NullMarked;
