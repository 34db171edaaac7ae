/** Proves ENIs orphaned that carry this node's owner tag, and deletes or reuses them. Entry: {@code OrphanCollector}. */
@NullMarked
package io.enim.core.internal.pool.orphan;

import org.jspecify.annotations.NullMarked;
