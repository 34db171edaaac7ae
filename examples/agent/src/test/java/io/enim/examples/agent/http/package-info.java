/** The socket, as a caller meets it. */
@NullMarked
package io.enim.examples.agent.http;

import org.jspecify.annotations.NullMarked;
