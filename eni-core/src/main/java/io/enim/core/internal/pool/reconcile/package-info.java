/**
 * Decides and acts: compares what is desired with what the cloud described, and takes the one next step for each ENI.
 *
 * <p>Confined to the reconcile loop. Entry: {@code EniReconciler}.
 */
@NullMarked
package io.enim.core.internal.pool.reconcile;

import org.jspecify.annotations.NullMarked;
