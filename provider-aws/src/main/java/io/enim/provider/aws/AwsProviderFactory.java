// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.aws;

import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.ProviderContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the ENIs of an EC2 instance under the name {@code aws}. Settings, all optional on an instance, behind
 * {@code enim.provider.aws.}:
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><th>key</th><th>meaning</th></tr>
 * <tr><td>{@code instance-id}, {@code region}, {@code zone}</td><td>identify this instance; what is left out is asked
 *     from the instance metadata service (version 2), and with all three it is never asked</td></tr>
 * <tr><td>{@code subnets}</td><td>ids of subnets to create in; those of this zone are used, most free addresses
 *     first. Default: the subnet of the instance's first interface</td></tr>
 * <tr><td>{@code subnet-tags}</td><td>{@code name=value,...}: the subnets of the VPC with all of these tags, when
 *     {@code subnets} is not set</td></tr>
 * <tr><td>{@code security-groups}</td><td>ids for new ENIs. Default: those of the instance's first interface</td></tr>
 * <tr><td>{@code tags}</td><td>{@code name=value,...}: more tags for new ENIs</td></tr>
 * <tr><td>{@code network-cards}</td><td>cards to attach to, in this order. Default: the instance type's default
 *     card</td></tr>
 * <tr><td>{@code ipv6}</td><td>{@code auto} (where the subnet has a block; default), {@code off} or
 *     {@code required}</td></tr>
 * <tr><td>{@code endpoint}</td><td>address of EC2, for VPC endpoints and emulators. Default: the region's</td></tr>
 * <tr><td>{@code imds-endpoint}</td><td>address of the metadata service. Default:
 *     {@code http://169.254.169.254}</td></tr>
 * <tr><td>{@code call-timeout}</td><td>time for one request. Default: {@code 10s}</td></tr>
 * </table>
 *
 * <p>Requests under default settings: with a warm pool an ADD or a DEL makes none. An ADD on an empty pool makes at most
 * 14 until it is served, when the cloud shows a new ENI within 3 seconds and attaches it within 2; the pauses between two
 * descriptions grow, so twice that time is a few more. An idle node makes at most 25 an hour, and they change nothing.
 *
 * <p>Credentials come from the first source of the SDK's default chain that is set up: keys in system properties or the
 * environment, a service account's role ({@code AWS_WEB_IDENTITY_TOKEN_FILE}), a profile, a container's agent
 * ({@code AWS_CONTAINER_CREDENTIALS_FULL_URI}), else the node's role. When that one fails, no other takes its place.
 */
public final class AwsProviderFactory implements EniProviderFactory {
    static final String NAME = "aws";
    private static final Logger LOG = LoggerFactory.getLogger(AwsProviderFactory.class);

    @Override
    public String name() {
        return NAME;
    }

    /** Asks the instance's metadata for what the settings leave open; EC2 itself is asked later. */
    @Override
    public EniProvider create(ProviderContext context) {
        AwsSettings settings = AwsSettings.read(context.settings(NAME, AwsSettings.KEYS));
        CredentialsSource source = CredentialsSource.choose();
        LOG.info("credentials for EC2: {}", source);
        return context.pool(AwsCloud.open(settings, source.provider(), context.ownerTag(), context.clock()));
    }
}
