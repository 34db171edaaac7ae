// SPDX-License-Identifier: Apache-2.0
package io.enim.provider;

import io.enim.InvalidRequestException;

/**
 * The limits of this instance.
 *
 * @param maxEnis the number of ENIs that ENIM may have attached here; the instance's own interface and foreign ENIs are
 *     already subtracted
 */
public record NodeLimits(int maxEnis) {
    public NodeLimits {
        if (maxEnis < 0) {
            throw new InvalidRequestException("maxEnis", Integer.toString(maxEnis), "not negative");
        }
    }
}
