/** A manager in memory for the agent's tests. */
@NullMarked
package io.enim.examples.agent.testing;

import org.jspecify.annotations.NullMarked;
