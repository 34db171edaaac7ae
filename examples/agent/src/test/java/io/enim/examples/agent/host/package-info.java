/** A directory stands for a host's file system. */
@NullMarked
package io.enim.examples.agent.host;

import org.jspecify.annotations.NullMarked;
