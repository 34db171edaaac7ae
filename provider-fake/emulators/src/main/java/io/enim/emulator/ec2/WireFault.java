// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.ec2;

/**
 * A fault of a request or an answer between the caller and the cloud. Refusals and failures of the cloud itself are set
 * in {@link io.enim.provider.fake.region.Faults}.
 */
public enum WireFault {
    NONE,
    /** The connection ends before the cloud has read the request; nothing happened. */
    LOST_BEFORE,
    /** The connection ends after the request took effect. */
    LOST_AFTER,
    /** A load balancer answers 503 with a page of its own; nothing happened. */
    PAGE_BEFORE,
    /** A load balancer answers 503 with a page of its own after the request took effect. */
    PAGE_AFTER,
    /** Something between answers 200 with a page of its own; nothing happened. */
    LOGIN_PAGE,
    /** The answer says its length and ends half way; the request took effect. */
    CUT_SHORT,
    /** The answer says its length and ends before its first byte; the request took effect. */
    EMPTY,
    /** No answer ever comes; the request took effect. */
    SILENT;

    /** Whether the request reaches the cloud. */
    boolean reachesTheCloud() {
        return this != LOST_BEFORE && this != PAGE_BEFORE && this != LOGIN_PAGE;
    }
}
