/**
 * Elastic network interfaces of Baidu AI Cloud (BCE), for exclusive use: one to an endpoint. Begin at
 * {@link io.enim.provider.bce.BceProviderFactory}; its page lists the settings.
 *
 * <p><b>Threads.</b> Calls come from any number of threads. Each request runs on a thread of the adapter, so that its
 * caller can be interrupted and has a deadline; these threads end with {@code close}, and so does the SDK's own when no
 * other client of the SDK is in the process.
 *
 * <p><b>What holds.</b> Only ENIs whose name has this node's owner tag (see {@code EniNames}) are attached, detached or
 * deleted; the name is set by the request that creates, and found again by it before a creation is repeated. None is
 * deleted unless the cloud has just described it as available. A list is complete or an error. ENIs of another traffic
 * mode than standard are left out. An IPv6 address never gets an IPv4 block or gateway.
 *
 * <p><b>Secrets.</b> Keys are in no log, message or {@code toString} of this module. The session token is set behind the
 * SDK's request log; loggers of {@code org.apache.http} at DEBUG show headers, that one too, so keep them above DEBUG.
 * The SDK logs every failed request with its stack at INFO, under {@code com.baidubce.http}.
 *
 * <p><b>Not promised.</b> HPAS instances, and access through the gateway of the container engine (CCE), which need
 * headers of their own, are not supported. Nothing here was run against Baidu's own endpoint; it was run against the
 * emulator of provider-fake. What was checked against which document, and what is believed, is in {@code docs/clouds.md}.
 */
@NullMarked
package io.enim.provider.bce;

import org.jspecify.annotations.NullMarked;
