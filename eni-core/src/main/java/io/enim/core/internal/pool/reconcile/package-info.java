/** Compares what is desired with what was described; takes each ENI's next step. Entry: {@code EniReconciler}. */
@NullMarked
package io.enim.core.internal.pool.reconcile;

import org.jspecify.annotations.NullMarked;
