/** Lincheck's verdict by a {@link io.enim.testing.SequentialModel}, and shorter programs that fail alike. */
package io.enim.core.check;
