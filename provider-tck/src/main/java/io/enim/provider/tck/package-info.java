/** The tests a vendor runs to prove a provider. */
@NullMarked
package io.enim.provider.tck;

import org.jspecify.annotations.NullMarked;
