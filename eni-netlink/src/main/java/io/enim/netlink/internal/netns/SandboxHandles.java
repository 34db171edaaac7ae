package io.enim.netlink.internal.netns;

import io.enim.netlink.internal.socket.NetlinkSocket;
import io.enim.netlink.internal.sys.QuietCloseable;

/** What was opened inside a namespace during one visit, for later steps to use without entering again. */
public record SandboxHandles(NetlinkSocket socket, ProcNetDev devices) implements QuietCloseable {
    @Override
    public void close() {
        socket.close();
        devices.close();
    }
}
