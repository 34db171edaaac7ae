/** The agent as a whole. */
@NullMarked
package io.enim.examples.agent;

import org.jspecify.annotations.NullMarked;
