package io.enim.netlink.internal.netns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcNetDevTest {
    @Test
    void theTableOfDevicesIsReadWithoutItsHeaderAndLoopback() {
        String table = "Inter-|   Receive  |  Transmit\n"
                + " face |bytes    packets\n"
                + "    lo:       0       0\n"
                + "  eth0:      12       1\n"
                + "a.b-c_d:123 4\n";
        assertThat(ProcNetDev.names(table)).containsExactly("eth0", "a.b-c_d");
        assertThat(ProcNetDev.names("")).isEmpty();
    }
}
