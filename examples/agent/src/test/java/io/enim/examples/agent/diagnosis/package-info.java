/** Tests of what an operator turns on for a while. */
@NullMarked
package io.enim.examples.agent.diagnosis;

import org.jspecify.annotations.NullMarked;
