/** The assignment of ENIs to their holders, lock-free and linearizable. Entry: {@code EniAllocator}, which argues why. */
@NullMarked
package io.enim.core.internal.allocator;

import org.jspecify.annotations.NullMarked;
