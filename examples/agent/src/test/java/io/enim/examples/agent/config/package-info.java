/** Where settings come from. */
@NullMarked
package io.enim.examples.agent.config;

import org.jspecify.annotations.NullMarked;
