/** The socket, as a caller meets it. */
@NullMarked
package io.enim.examples.agent.server;

import org.jspecify.annotations.NullMarked;
