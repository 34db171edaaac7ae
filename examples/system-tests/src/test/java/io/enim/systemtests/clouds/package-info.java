@NullMarked
package io.enim.examples.agent.clouds;

import org.jspecify.annotations.NullMarked;
