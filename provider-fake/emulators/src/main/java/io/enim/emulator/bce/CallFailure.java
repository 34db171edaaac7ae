// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

/** How a call fails that took no effect. */
public enum CallFailure {
    /** The cloud answers 500 in its own form. */
    INTERNAL_ERROR,
    /** A load balancer answers 503 with a page of its own. */
    PAGE,
    /** The connection ends before the cloud has read the request. */
    DROPPED
}
