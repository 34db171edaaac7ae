/** Tests of the agent's health. */
@NullMarked
package io.enim.examples.agent.health;

import org.jspecify.annotations.NullMarked;
