package io.enim.systemtests.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Whether what the tests drive is installed, as {@code root-netns/bin/java} found out. */
final class InstalledPrograms {
    private InstalledPrograms() {}

    /** Leaves a test out, with the reason, where they are not. */
    static void assumeThere() {
        assumeTrue(
                "ready".equals(System.getProperty("enim.e2e")),
                () -> "left out: " + System.getProperty("enim.e2e.reason"));
    }
}
