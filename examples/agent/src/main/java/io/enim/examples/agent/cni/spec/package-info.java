/**
 * CNI as its specification words it: versions, commands, configuration, results and error codes. Knows no ENIM manager.
 */
@NullMarked
package io.enim.examples.agent.cni.spec;

import org.jspecify.annotations.NullMarked;
