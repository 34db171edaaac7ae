/** Tests of what the agent's process needs. */
@NullMarked
package io.enim.examples.agent.needs;

import org.jspecify.annotations.NullMarked;
