/** The smallest agent that embeds ENIM. */
@NullMarked
package io.enim.examples.embedding;

import org.jspecify.annotations.NullMarked;
