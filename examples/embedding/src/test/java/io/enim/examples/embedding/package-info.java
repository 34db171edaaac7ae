/** The embedding example does what the README says. */
@NullMarked
package io.enim.examples.embedding;

import org.jspecify.annotations.NullMarked;
