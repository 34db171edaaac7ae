/** The specification's rules, each as a test; {@code docs/cni-conformance.md} lists them. */
@NullMarked
package io.enim.examples.agent.cni;

import org.jspecify.annotations.NullMarked;
