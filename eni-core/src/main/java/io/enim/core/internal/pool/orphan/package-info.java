/** Finds ENIs that carry this node's owner tag and that nothing needs, proves them orphans, and deletes or reuses them. */
@NullMarked
package io.enim.core.internal.pool.orphan;

import org.jspecify.annotations.NullMarked;
