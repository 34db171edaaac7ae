// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.fake.region;

/** What an instance is doing. Only a running one takes ENIs. */
public enum InstanceState {
    /** It was launched a moment ago: it starts, and no call shows it. */
    NOT_VISIBLE,
    STARTING,
    RUNNING,
    STOPPED
}
