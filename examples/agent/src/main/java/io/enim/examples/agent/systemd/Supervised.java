// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.systemd;

import java.util.List;

/** What is asked of the agent while it serves; both methods by one thread. */
public interface Supervised {
    /** The parts without which it does not serve and which do not go on, as people read it; must not block. */
    List<String> standingStill();

    /** How it is, in one line. */
    String status();
}
