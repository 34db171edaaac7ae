/** The C plugin's socket, as a plugin meets it. */
@NullMarked
package io.enim.examples.agent.plugin;

import org.jspecify.annotations.NullMarked;
