/** Real container runtimes drive the agent, on real veth devices. */
@NullMarked
package io.enim.systemtests.e2e;

import org.jspecify.annotations.NullMarked;
