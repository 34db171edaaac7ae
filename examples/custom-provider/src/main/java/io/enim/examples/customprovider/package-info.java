/** A vendor's provider in a jar of its own. */
@NullMarked
package io.enim.examples.customprovider;

import org.jspecify.annotations.NullMarked;
