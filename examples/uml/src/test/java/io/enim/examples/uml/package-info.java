/** ENIM on NICs that behave as a cloud's do, in a machine that user-mode Linux makes. */
@NullMarked
package io.enim.examples.uml;

import org.jspecify.annotations.NullMarked;
