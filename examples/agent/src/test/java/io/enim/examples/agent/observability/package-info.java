/** The dashboard and the alert rules against what the agent exports. */
@NullMarked
package io.enim.examples.agent.observability;

import org.jspecify.annotations.NullMarked;
