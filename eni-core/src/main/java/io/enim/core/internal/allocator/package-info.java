/**
 * The assignment of ENIs to their holders. Entry: {@link io.enim.core.internal.allocator.EniAllocator}, which is lock-free and linearizable;
 * its file argues why.
 */
@NullMarked
package io.enim.core.internal.allocator;

import org.jspecify.annotations.NullMarked;
