/**
 * What the author of an {@link io.enim.provider.EniCloud} need not write, since it is the same for every cloud. Each
 * class stands alone; take those that fit.
 *
 * <ul>
 *   <li>{@link io.enim.provider.support.ErrorClass} and {@link io.enim.provider.support.ProviderErrors}: from an error
 *       of the cloud to ENIM's, by what may be done next. The vendor writes one function from code to class.
 *   <li>{@link io.enim.provider.support.AbortableCalls}: requests that end at a deadline, or when their caller is
 *       interrupted, though reads from a socket do neither.
 *   <li>{@link io.enim.provider.support.EventualVisibility}: "gone" or "not visible yet".
 *   <li>{@link io.enim.provider.support.SubnetRotation}: creation in the first subnet with room, one ENI for a token.
 *   <li>{@link io.enim.provider.support.MismatchedTokens}: a token that was used with other parameters.
 *   <li>{@link io.enim.provider.support.MetadataHttp}: questions to an instance's metadata service.
 * </ul>
 *
 * <p>Settings are read by {@link io.enim.provider.ProviderSettings}, which a factory gets from its context.
 */
@NullMarked
package io.enim.provider.support;

import org.jspecify.annotations.NullMarked;
