/** What threads may see of the allocator on real hardware, by jcstress: what Lincheck's model checking cannot show. */
@NullMarked
package io.enim.core.internal.allocator;

import org.jspecify.annotations.NullMarked;
