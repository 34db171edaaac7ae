/** Lincheck's verdict by a {@link io.enim.testing.SequentialModel}. */
package io.enim.core.check;
