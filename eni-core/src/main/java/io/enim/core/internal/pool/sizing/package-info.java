/** How many ENIs are kept, warm ones among them: creates what is missing, retires what is surplus. Entry: {@code PoolScaler}. */
@NullMarked
package io.enim.core.internal.pool.sizing;

import org.jspecify.annotations.NullMarked;
