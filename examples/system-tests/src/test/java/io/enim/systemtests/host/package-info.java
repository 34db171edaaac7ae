/** The machine's own software against the agent's devices. */
@NullMarked
package io.enim.systemtests.host;

import org.jspecify.annotations.NullMarked;
