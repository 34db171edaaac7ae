package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetlinkExceptionTest {
    @Test
    void anErrorSaysOperationDeviceErrnoAndTheKernelsWords() {
        assertThat(new NetlinkException("move in", "eth1", Errno.EEXIST, "File exists"))
                .hasMessage("move in eth1: EEXIST (File exists)");
        assertThat(Errno.name(4711)).isEqualTo("errno 4711");
    }
}
