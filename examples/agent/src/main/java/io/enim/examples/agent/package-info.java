/** A node agent that embeds ENIM. */
@NullMarked
package io.enim.examples.agent;

import org.jspecify.annotations.NullMarked;
