/**
 * Elastic network interfaces of Amazon EC2, for exclusive use: one to an endpoint. Begin at
 * {@link io.enim.provider.aws.AwsProviderFactory}; its page lists the settings.
 *
 * <p><b>Threads.</b> Calls come from any number of threads. Each request runs on a thread of the adapter, so that its
 * caller can be interrupted; these threads and the SDK's end with {@code close}.
 *
 * <p><b>What holds.</b> Only ENIs whose tags {@code enim:cluster} and {@code enim:node} are this node's are attached,
 * detached or deleted; the tags are set by the request that creates. No ENI is detached by force, and none is deleted
 * unless EC2 has just described it as available. A list is complete or an error. An attached ENI ends with its
 * instance (DeleteOnTermination), set after attaching and again whenever it is found unset. The metadata service is
 * asked for the instance's id, region and zone and for nothing else.
 *
 * <p><b>Addresses.</b> The gateway for IPv4 is the subnet's first address, for IPv6 {@code fe80:ec2::1}, both reserved
 * for the VPC's router by the VPC guide.
 *
 * <p><b>Permissions.</b> The smallest policy is in {@code docs/clouds.md}. The role of a service account needs the SDK's module
 * {@code sts}, which comes with this one; without it the adapter does not start.
 *
 * <p><b>Secrets.</b> No error or log line of this package holds any. The SDK's own logger {@code software.amazon.awssdk}
 * prints signed requests at DEBUG, with the session token among the headers: keep it above.
 *
 * <p><b>Not promised.</b> EC2 does not say when an ENI was created, so {@code created} is empty. Cards other than the
 * first are used only when {@code network-cards} names them, with indexes from 1, which was not tried on such an
 * instance. Nothing here was run against Amazon's own endpoint; it was run against the emulator of provider-fake.
 */
@NullMarked
package io.enim.provider.aws;

import org.jspecify.annotations.NullMarked;
