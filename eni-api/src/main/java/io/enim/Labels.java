// SPDX-License-Identifier: Apache-2.0
package io.enim;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The rules for the labels of a request. */
final class Labels {
    private static final int MAX_COUNT = 16;
    private static final int MAX_VALUE = 1024;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");

    private Labels() {}

    /**
     * An unmodifiable copy, sorted by key.
     *
     * @throws InvalidRequestException there are too many labels, or one has an invalid key or value
     */
    static Map<String, String> copyOf(Map<String, String> labels) {
        if (labels.size() > MAX_COUNT) {
            throw new InvalidRequestException("labels", labels.size() + " labels", "at most " + MAX_COUNT);
        }
        labels.forEach((key, value) -> {
            if (!KEY.matcher(key).matches()) {
                throw new InvalidRequestException(
                        "label key",
                        key,
                        "at most 63 letters, digits and . _ - /, of which the first is a letter or digit");
            }
            if (value.length() > MAX_VALUE || value.chars().anyMatch(Character::isISOControl)) {
                throw new InvalidRequestException(
                        "label " + key,
                        "a value of " + value.length() + " characters",
                        "at most " + MAX_VALUE + " characters, none of them a control character");
            }
        });
        return Collections.unmodifiableMap(new TreeMap<>(labels));
    }
}
