/**
 * What a cloud vendor implements. Start at {@link io.enim.provider.EniProviderFactory}: it makes an
 * {@link io.enim.provider.EniProvider}, either whole, or by writing the few calls of
 * {@link io.enim.provider.EniCloud} and returning {@link io.enim.provider.ProviderContext#pool}, which does the
 * pooling.
 *
 * <p>Rules are numbered; the provider kit checks them under the same numbers. Methods are called from many threads at
 * once, may block on the network, and end soon after their thread is interrupted, with the interrupt flag set. They
 * throw {@link io.enim.ProviderException} by what may be done next: retryable (no effect, may succeed later), ambiguous
 * (it may have happened), fatal (no effect, repeating does not help).
 */
@NullMarked
package io.enim.provider;

import org.jspecify.annotations.NullMarked;
