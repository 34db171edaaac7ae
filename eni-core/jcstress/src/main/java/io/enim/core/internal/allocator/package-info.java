/** The allocator under the memory model of real hardware, by jcstress; Lincheck's model checking cannot show that. */
@NullMarked
package io.enim.core.internal.allocator;

import org.jspecify.annotations.NullMarked;
