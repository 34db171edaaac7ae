/** How many ENIs are kept warm: creates what is missing, retires what is surplus. Entry: {@code PoolScaler}. */
@NullMarked
package io.enim.core.internal.pool.sizing;

import org.jspecify.annotations.NullMarked;
