/** Tests of what the container runtime is asked. */
@NullMarked
package io.enim.examples.agent.deviceplugin;

import org.jspecify.annotations.NullMarked;
