/** What an operator sees. */
@NullMarked
package io.enim.examples.agent.cli;

import org.jspecify.annotations.NullMarked;
