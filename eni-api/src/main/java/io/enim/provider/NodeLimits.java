package io.enim.provider;

import io.enim.InvalidRequestException;

/**
 * What the cloud allows this instance.
 *
 * @param maxEnis how many ENIs ENIM may have attached here; the instance's own interface and foreign ENIs are already
 *     taken off
 */
public record NodeLimits(int maxEnis) {
    public NodeLimits {
        if (maxEnis < 0) {
            throw new InvalidRequestException("maxEnis", Integer.toString(maxEnis), "not negative");
        }
    }
}
