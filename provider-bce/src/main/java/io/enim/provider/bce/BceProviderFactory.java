// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;

/**
 * Offers the ENIs of a BCC instance under the name {@code bce}. Settings behind {@code enim.provider.bce.}:
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><th>key</th><th>meaning</th></tr>
 * <tr><td>{@code security-groups} or {@code enterprise-security-groups}</td><td>ids for new ENIs; one of the two is
 *     required</td></tr>
 * <tr><td>{@code instance-id}, {@code vpc-id}, {@code zone}, {@code region}</td><td>identify this instance; what is left
 *     out is asked from the metadata service</td></tr>
 * <tr><td>{@code subnets}</td><td>ids of subnets to create in, in order of preference; those of other zones are left out.
 *     Default: the instance's own subnet, from the metadata service</td></tr>
 * <tr><td>{@code ipv6}</td><td>{@code auto} (where the subnet has a block; default), {@code off} or
 *     {@code required}</td></tr>
 * <tr><td>{@code max-enis}</td><td>how many ENIs ENIM may attach. Default: the cloud's quota is asked</td></tr>
 * <tr><td>{@code access-key-id}, {@code secret-access-key}, {@code session-token}</td><td>keys; the token belongs to
 *     temporary ones</td></tr>
 * <tr><td>{@code credentials-file}</td><td>absolute path of a properties file with these three, read before each
 *     request, so that temporary keys can be renewed in it; replace it by renaming</td></tr>
 * <tr><td>{@code endpoint}</td><td>address of the API. Default: {@code https://bcc.REGION.baidubce.com}</td></tr>
 * <tr><td>{@code metadata}</td><td>{@code auto} (default) or {@code off}: never ask the metadata service; then
 *     {@code instance-id}, {@code vpc-id}, {@code zone}, {@code subnets} and {@code region} or {@code endpoint} are
 *     required</td></tr>
 * <tr><td>{@code metadata-endpoint}</td><td>address of the metadata service. Default:
 *     {@code http://169.254.169.254}</td></tr>
 * <tr><td>{@code call-timeout}</td><td>time for one request. Default: {@code 10s}</td></tr>
 * </table>
 *
 * <p>Requests under default settings: with a warm pool an ADD or a DEL makes none. An ADD on an empty pool makes at most
 * 28 until it is served, when the cloud shows a new ENI within 3 seconds and attaches it within 2; the pauses between two
 * descriptions grow, so twice that time is a few more. An idle node makes at most 38 an hour, and they change nothing.
 *
 * <p>Without keys in the settings, {@code BCE_ACCESS_KEY_ID}, {@code BCE_SECRET_ACCESS_KEY} and
 * {@code BCE_SESSION_TOKEN} of the environment are used.
 */
public final class BceProviderFactory implements EniProviderFactory {
    static final String NAME = "bce";

    @Override
    public String name() {
        return NAME;
    }

    /** Asks the instance's metadata for what the settings leave open; the cloud itself is asked later. */
    @Override
    public EniProvider create(ProviderContext context) {
        BceSettings settings = BceSettings.read(context.settings(NAME, BceSettings.KEYS), System.getenv());
        return context.pool(BceCloud.open(settings, context.ownerTag(), context.clock()));
    }
}
