// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

/**
 * One request to a cloud, for errors and logs.
 *
 * @param name the cloud's name of it
 * @param subject what it is about: ids, no secrets
 * @param changes whether it changes something, so that a lost answer leaves a question
 */
public record CloudRequest(String name, String subject, boolean changes) {
    public static CloudRequest reading(String name, String subject) {
        return new CloudRequest(name, subject, false);
    }

    public static CloudRequest changing(String name, String subject) {
        return new CloudRequest(name, subject, true);
    }

    @Override
    public String toString() {
        return subject.isEmpty() ? name : name + " " + subject;
    }
}
